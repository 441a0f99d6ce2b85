import { describe, expect, test } from "vitest";
import { task } from "../../src/index.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const same = task("same", (value: unknown) => value);

/** Text with what a protocol, a script or a packed header may take for its own. */
const TEXTS: readonly string[] = [
  "",
  "\0",
  "a\0b",
  "\r\n",
  "$3\r\nfoo\r\n",
  "*1\r\n$4\r\nPING\r\n",
  "line\nline\n",
  "\u001f\u001e\u001d",
  "%s %d %%",
  "\\n\\0",
  "é ü 漢字 👩‍👩‍👧",
  "\ud800",
  "\udc00\ud800",
  "\u2028\u2029\ufeff",
  "{a}{b}",
  "nil",
  "false",
];

describe.skipIf(await lacking("redis"))("what is carried through Redis", () => {
  test("fault 26: arguments, results and errors of any text come back exactly, at once and from the store", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url);
    await using reader = appOn(server.url);
    const failing = task(
      "failing",
      (message: string) => {
        throw new Error(message);
      },
      { retries: 0 },
    );
    await app.worker({ tasks: [same, failing], queues: { default: 10 } }).start();
    const values: unknown[] = [
      ...TEXTS,
      "x".repeat(300_000),
      ...TEXTS.map((text) => ({ [text]: [text, { text }] })),
      ...[0, -1, 0.1, 1e308, 5e-324, 2 ** 53 - 1, 2n ** 53n + 1n, -(2n ** 64n), null, true, [], {}, [[]]],
    ];
    const jobs = await app.client().sendMany(
      same,
      values.map((value): [unknown] => [value]),
    );
    for (const [at, job] of jobs.entries()) {
      expect(await job.result({ timeout: "20s" })).toEqual(values[at]);
      const record = await reader.client().get(job.id);
      expect(record?.args).toEqual([values[at]]);
      expect(record?.result).toEqual(values[at]);
    }
    for (const text of TEXTS) {
      const job = await app.client().send(failing, text);
      const record = await job.wait({ timeout: "20s" });
      expect(record.error?.message).toBe(text);
      expect((await reader.client().get(job.id))?.error?.message).toBe(text);
    }
  });

  test("ids, queues and tasks of any name that is allowed are told apart", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url);
    const names = ["a", "a:b", "a/b", "A", "0", "a.b-c_d", "x".repeat(128)];
    const ids = [
      "{",
      "}",
      "{}",
      "{a}:1",
      "*",
      "?",
      "[a]",
      "\\",
      '"',
      "'",
      "%",
      "$1",
      "a:b:c",
      "~".repeat(128),
      "0",
      "-1",
    ];
    const tasks = names.map((name) => task(name, (value: string) => `${name} ${value}`));
    await app.worker({ tasks, queues: Object.fromEntries(names.map((name) => [name, 2])) }).start();
    for (const [at, name] of names.entries()) {
      const client = app.client({ queue: name });
      for (const id of ids) {
        const own = `${at}${id}`.slice(0, 128);
        const job = await client.with({ id: own }).send(tasks[at]!, id);
        expect(await job.result({ timeout: "10s" })).toBe(`${name} ${id}`);
        expect(await client.get(own)).toMatchObject({ id: own, queue: name, task: name });
      }
    }
    const counts = await app.client().queues();
    expect(new Map(counts.map(({ queue, counts: each }) => [queue, each.succeeded]))).toEqual(
      new Map(names.map((name) => [name, ids.length])),
    );
  });
});
