import { expect, test } from "vitest";
import { Folder, appOn } from "./files.ts";
import { started } from "./program.ts";

interface Report {
  readonly left?: number;
  readonly id?: string;
  readonly refused?: { readonly message: string };
  readonly ran?: readonly unknown[];
}

test(
  "fault 19: without file descriptors a store is not opened, with the typed error; a send goes on by itself; an open store needs none",
  { timeout: 60_000 },
  async () => {
    using folder = new Folder();
    await using program = started("without-descriptors", [folder.file()], { descriptors: 64 });
    const { code } = await program.ended();
    expect({ code, error: program.error }).toEqual({ code: 0, error: "" });
    const [send, ...reports] = program.lines.map((line) => JSON.parse(line) as Report);
    const opened = reports.filter(({ left }) => left !== undefined);
    const refusals = [send, ...opened].flatMap((report) => report?.refused ?? []);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ typed: true, code: "ERR_STORE_UNAVAILABLE" });
      expect(refusal.message).toMatch(/no file descriptor is left .* raise the limit \(ulimit -n\), and it goes on/);
    }
    expect(send?.refused).toBeDefined();
    // None is too few and the most is enough, or nothing was tested.
    expect([opened.at(0)?.refused === undefined, opened.at(-1)?.refused === undefined]).toEqual([false, true]);
    expect(reports.at(-1)).toEqual({ ran: [0, 7] });
    await using app = appOn(folder.file());
    const records = await Promise.all(opened.map(({ id = "" }) => app.client().get(id)));
    expect(records.map((record) => record?.args)).toEqual(opened.map(({ left }) => [left]));
  },
);
