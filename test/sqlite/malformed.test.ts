import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MalformedRecordError, type Millrace, TaskFailedError, type Worker, task } from "../../src/index.ts";
import { Folder, appOn } from "./files.ts";

const add = task("add", (a: number, b: number) => a + b);
const flaky = task(
  "flaky",
  () => {
    throw new Error("again");
  },
  { backoff: [5], onEnd: ({ id, state }) => told.set(id, state) },
);

/** The ends that the callbacks of `flaky` were told of, by job. */
const told = new Map<string, string>();

async function toldOf(id: string): Promise<string | undefined> {
  await app
    .client()
    .job(`${id}:end`)
    .wait({ timeout: "5s" })
    .catch(() => undefined);
  return told.get(id);
}

let folder: Folder;
let app: Millrace;
let worker: Worker;

beforeEach(async () => {
  folder = new Folder();
  app = appOn(folder.file());
  await app.client().queues();
  worker = app.worker({ tasks: [add, flaky] });
});

afterEach(async () => {
  await app.close();
  folder[Symbol.dispose]();
});

/** Changes a row by hand, as nobody should. */
function tamper(id: string, change: string): void {
  using database = new DatabaseSync(folder.file());
  database.exec("PRAGMA busy_timeout = 5000");
  expect(database.prepare(`UPDATE millrace_job SET ${change} WHERE id = ?`).run(id).changes).toBe(1);
}

describe("rows that somebody wrote by hand", () => {
  test.each([
    ["no JSON", "body = '{'"],
    ["no text at all", "body = ''"],
    ["no object", "body = '7'"],
    ["no arguments", "body = '{}'"],
    ["arguments that are no list", `body = '{"args":{"0":1}}'`],
    ["too few arguments", `body = '{"args":[1]}'`],
    ["options of the wrong type", `body = '{"args":[1],"options":{"retries":"many","timeoutMs":"soon","backoff":7}}'`],
  ])("a body with %s ends as a dead letter, and the worker lives on", async (_, change) => {
    const bad = await app.client().send(add, 1, 2);
    const good = await app.client().send(add, 20, 22);
    tamper(bad.id, change);
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    await expect(bad.result({ timeout: "5s" })).rejects.toBeInstanceOf(TaskFailedError);
    expect((await app.client().dead.list()).jobs.map(({ id }) => id)).toEqual([bad.id]);
    expect(worker.health).toMatchObject({ healthy: true, running: 0 });
  });

  test.each(['"timeoutMs":"soon"', '"retries":"many"', '"backoff":[]', '"delivery":"exactly-once"', '"resultMs":-1'])(
    "a job with the option %s is not run: it is a dead letter that says why, with its arguments, each time it is replayed",
    async (option) => {
      const job = await app.client().send(add, 1, 2);
      tamper(job.id, `body = '{"args":[1,2],"options":{${option}}}'`);
      await worker.start();
      for (let run = 1; run <= 2; run += 1) {
        const record = await job.wait({ timeout: "5s" });
        expect(record).toMatchObject({ state: "failed", attempt: 0, crashes: 0, args: [1, 2], attempts: [] });
        expect(record.error).toMatchObject({ name: "MalformedRecordError", code: "ERR_MALFORMED_RECORD" });
        expect(record.error?.message).toContain(`option ${option.split(":")[0]}`);
        if (run === 1) await app.client().dead.replay(job.id);
      }
      expect(await (await app.client().send(add, 20, 22)).result({ timeout: "5s" })).toBe(42);
    },
  );

  test.each([
    "'{'",
    "'[]'",
    `'{"attempts":7}'`,
    `'{"attempts":[null,7]}'`,
    `'{"attempts":[{"number":"one"}],"maxAttempts":1e400}'`,
  ])("a trail of %s reads as some history, and the job goes on, with its callbacks", async (trail) => {
    const job = await app.client().with({ runAfter: "300ms", retries: 1 }).send(flaky);
    tamper(job.id, `trail = ${trail}, attempt = 1`);
    expect(await job.peek()).toMatchObject({ state: "scheduled" });
    await worker.start();
    expect(await job.wait({ timeout: "5s" })).toMatchObject({ state: "failed", attempt: 2 });
    expect(await toldOf(job.id)).toBe("failed");
  });

  test.each([
    "error = '{'",
    "error = '7'",
    "notes = '{'",
    "notes = '[]'",
    `notes = '{"progress":"{"}'`,
    `notes = '{"log":[7]}'`,
  ])("a record with %s can be read and waited for", async (change) => {
    const job = await app.client().send(flaky);
    await worker.start();
    await job.wait({ timeout: "5s" });
    tamper(job.id, change);
    expect(await job.peek()).toMatchObject({ state: "failed" });
    await expect(job.result()).rejects.toBeInstanceOf(TaskFailedError);
    expect((await app.client().list({ state: "failed" })).jobs).toHaveLength(1);
    expect((await app.client().dead.list()).jobs).toHaveLength(1);
  });

  test("a value that is no JSON is an error to who asks for it, and to nobody else", async () => {
    const [bad, good] = [await app.client().send(add, 1, 2), await app.client().send(add, 20, 22)];
    await worker.start();
    await bad.wait({ timeout: "5s" });
    tamper(bad.id, "result = '{'");
    await expect(bad.result()).rejects.toBeInstanceOf(MalformedRecordError);
    expect(await good.result({ timeout: "5s" })).toBe(42);
    expect((await app.client().list()).jobs).toHaveLength(2);
  });

  test("a state that there is not does not stop the others", async () => {
    const [bad, good] = [await app.client().send(add, 1, 2), await app.client().send(add, 20, 22)];
    tamper(bad.id, "state = 77");
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    expect(await bad.peek()).toBeDefined();
  });
});

describe("what a newer version may have written", () => {
  test("fields and options that this one does not know are left out, and the job runs", async () => {
    const job = await app.client().send(add, 1, 2);
    tamper(
      job.id,
      `body = '{"v":9,"args":[1,2],"options":{"retries":2,"orbit":{"low":true}},"meta":{"a":1},"next":[{"x":1}]}',
       notes = '{"progress":"1","log":[{"at":1,"message":"x","level":"warn"}],"phase":3}',
       trail = '{"attempts":[],"budget":7}'`,
    );
    await worker.start();
    expect(await job.result({ timeout: "5s" })).toBe(3);
    expect(await job.peek()).toMatchObject({ state: "succeeded", attempt: 1, meta: { a: 1 } });
  });

  test("an error with more in it is read field by field", async () => {
    const job = await app.client().send(flaky);
    await worker.start();
    await job.wait({ timeout: "5s" });
    tamper(
      job.id,
      `error = '{"name":"Error","message":"again","severity":9,"code":7,"cause":{"message":"deep","__proto__":{"x":1}}}'`,
    );
    const record = await job.peek();
    expect(record?.error).toEqual({ name: "Error", message: "again", cause: { name: "Error", message: "deep" } });
    expect(Reflect.get({}, "x")).toBeUndefined();
  });
});
