import { chmodSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreFileError } from "../../src/index.ts";
import { Folder, appOn } from "./files.ts";
import { started } from "./program.ts";
import { SmallDisk, canMount } from "./small-disk.ts";

const NOBODY = 65_534;

describe.skipIf(!canMount())("fault 19: a read-only file system (needs root, to mount one)", () => {
  test("a send is refused with the typed error; what is there stays, and the same app goes on once it can write", async () => {
    using disk = new SmallDisk(4);
    const file = join(disk.path, "jobs.db");
    const first = appOn(file);
    const { id } = await first.client().send("note", 1);
    await first.close();
    const before = readFileSync(file);
    disk.remount("ro");
    await using app = appOn(file);
    const refusal: unknown = await app
      .client()
      .send("note", 2)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreFileError);
    expect((refusal as Error).message).toMatch(/read-only.*Change its permissions, or give another path/);
    await expect(app.client().get(id)).rejects.toBeInstanceOf(StoreFileError);
    expect(readFileSync(file).equals(before)).toBe(true);
    disk.remount("rw");
    await app.client().send("note", 3);
    expect(await app.client().queues()).toEqual([{ queue: "default", counts: { queued: 2 } }]);
  });

  test("no new store is made there", async () => {
    using disk = new SmallDisk(1);
    disk.remount("ro");
    await using app = appOn(join(disk.path, "jobs.db"));
    await expect(app.client().send("note")).rejects.toBeInstanceOf(StoreFileError);
    expect(readdirSync(disk.path)).toEqual([]);
  });
});

test.each([
  ["the file", 0o444, 0o777],
  ["the folder", 0o666, 0o555],
])("a store that this user may not write to is refused, with what to do: %s", async (_, fileMode, folderMode) => {
  using folder = new Folder();
  const app = appOn(folder.file());
  await app.client().send("note");
  await app.close();
  chmodSync(folder.file(), fileMode);
  chmodSync(folder.path, folderMode);
  const who = process.getuid?.() === 0 ? { uid: NOBODY } : {};
  await using program = started("open-only", [folder.file()], who);
  const { code } = await program.ended();
  chmodSync(folder.path, 0o755);
  expect({ code, lines: program.lines }).toEqual({ code: 1, lines: ["opening"] });
  expect(program.error).toMatch(/StoreFileError: .*cannot be (written by this user|opened for writing).*permissions/);
});
