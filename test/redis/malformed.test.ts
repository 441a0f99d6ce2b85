import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MalformedRecordError, type Millrace, TaskFailedError, type Worker, task } from "../../src/index.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const add = task("add", (a: number, b: number) => a + b);
const flaky = task(
  "flaky",
  () => {
    throw new Error("again");
  },
  { backoff: [5] },
);

describe.skipIf(await lacking("redis"))("records that somebody wrote by hand", () => {
  let server: RedisServer;
  let app: Millrace;
  let worker: Worker;
  let errors: unknown[];

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    await server.command("FLUSHALL");
    app = appOn(server.url);
    await app.client().queues();
    errors = [];
    worker = app.worker({ tasks: [add, flaky], queues: { default: 4 } });
    worker.on("error", ({ error }) => errors.push(error));
  });

  afterEach(async () => {
    await app.close();
  });

  /** Changes what is kept under `id` in one of the hashes, as nobody should. */
  async function tamper(hash: string, id: string, change: (text: string) => string | Buffer): Promise<void> {
    const key = `{millrace.0}:${hash}`;
    const text = await server.command("HGET", key, id);
    expect(text).toBeTypeOf("string");
    await server.command("HSET", key, id, change(String(text)));
  }

  /** Changes the body of a job. */
  function withBody(body: string): (record: string) => string {
    return (record) => `${record.slice(0, record.indexOf("\n") + 1)}${body}`;
  }

  test.each([
    ["no JSON", "{"],
    ["no text at all", ""],
    ["no object", "7"],
    ["no arguments", "{}"],
    ["arguments that are no list", '{"args":{"0":1}}'],
    ["too few arguments", '{"args":[1]}'],
    ["options of the wrong type", '{"args":[1],"options":{"retries":"many","timeoutMs":"soon","backoff":7}}'],
  ])("a body with %s ends as a dead letter, and the worker lives on", async (_, body) => {
    const bad = await app.client().send(add, 1, 2);
    const good = await app.client().send(add, 20, 22);
    await tamper("jobs", bad.id, withBody(body));
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    await expect(bad.result({ timeout: "5s" })).rejects.toBeInstanceOf(TaskFailedError);
    expect((await app.client().dead.list()).jobs.map(({ id }) => id)).toEqual([bad.id]);
    expect(worker.health).toMatchObject({ healthy: true, running: 0 });
    expect(errors).toEqual([]);
  });

  test.each<[string, string | Buffer]>([
    ["nothing", ""],
    ["text", "not a record"],
    ["one line", "add default 0 - 1 2 3"],
    ["a line too few fields long", 'add default 0 -\n{"args":[1,2]}'],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28])],
    ["a number that is none", 'add default x - 1 2 3\n{"args":[1,2]}'],
    ["a number beyond all bounds", `add default 0 - ${"9".repeat(400)} 2 3\n{"args":[1,2]}`],
  ])("a record of %s is put aside where it is seen, with its bytes, and the rest goes on", async (_, record) => {
    const bad = await app.client().send(add, 1, 2);
    const good = await app.client().send(add, 20, 22);
    await tamper("jobs", bad.id, () => record);
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    const after = await app.client().send(add, 1, 1);
    expect(await after.result({ timeout: "5s" })).toBe(2);
    const { jobs } = await app.client().dead.list();
    expect(jobs.map(({ id }) => id)).toEqual([bad.id]);
    expect((await bad.wait({ timeout: "5s" })).error?.name).toBe("MalformedRecordError");
    expect((await app.client().list()).jobs.map(({ id }) => id)).toContain(good.id);
    const [queue] = await app.client().queues();
    expect(queue?.counts).toEqual({ succeeded: 2, failed: 1 });
    expect(worker.health).toMatchObject({ healthy: true, running: 0 });
    expect(errors).toEqual([]);
  });

  test("a record that is gone leaves the rest as it is", async () => {
    const gone = await app.client().send(add, 1, 2);
    const good = await app.client().send(add, 20, 22);
    await server.command("HDEL", "{millrace.0}:jobs", gone.id);
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    expect(await gone.peek()).toBeUndefined();
    expect(worker.health).toMatchObject({ healthy: true, running: 0 });
    expect(errors).toEqual([]);
  });

  test.each([
    ["nothing", ""],
    ["text", "not a progress"],
    ["a state that there is not", "? 1 1 0 - - - - - - default - - - -\n-"],
    ["lengths beyond its end", "F 1 1 0 - 1 1 - - - default 99999 99999 99999 99999\n-"],
  ])("progress of %s can be read and does not stop the others", async (_, progress) => {
    const bad = await app.client().with({ retries: 0 }).send(flaky);
    await worker.start();
    await bad.wait({ timeout: "5s" });
    await tamper("progress", bad.id, () => progress);
    expect(await (await app.client().send(add, 20, 22)).result({ timeout: "5s" })).toBe(42);
    expect(await bad.peek()).toMatchObject({ id: bad.id });
    expect((await app.client().list()).jobs).toHaveLength(2);
    await app.client().dead.list();
    await app.client().queues();
    await app.client().dead.purge();
    expect(errors).toEqual([]);
  });

  test("an error, a history and notes that are no JSON can be read and waited for", async () => {
    const job = await app.client().with({ retries: 0 }).send(flaky);
    await worker.start();
    await job.wait({ timeout: "5s" });
    await tamper("progress", job.id, (text) => text.replaceAll("{", "[").replaceAll('"', "'"));
    expect(await job.peek()).toMatchObject({ state: "failed" });
    await expect(job.result()).rejects.toBeInstanceOf(TaskFailedError);
    expect((await app.client().list()).jobs).toHaveLength(1);
    expect((await app.client().dead.list()).jobs).toHaveLength(1);
  });

  test("a value that is no JSON is an error to who asks for it, and to nobody else", async () => {
    const [bad, good] = [await app.client().send(add, 1, 2), await app.client().send(add, 20, 22)];
    await worker.start();
    expect(await bad.result({ timeout: "5s" })).toBe(3);
    await tamper("progress", bad.id, (text) => text.replace(/\+3$/, "+{"));
    await expect(bad.result()).rejects.toBeInstanceOf(MalformedRecordError);
    expect(await good.result({ timeout: "5s" })).toBe(42);
    expect((await app.client().list()).jobs).toHaveLength(2);
  });

  test.each(["", "not a lease", "1 Fc 1 0 1 nobody default", "x F- 1 0 1 nobody default somebody"])(
    "a lease of %j does not stop the others, nor its own worker",
    async (lease) => {
      const gate = Promise.withResolvers<void>();
      const gated = task("gated", async () => gate.promise);
      const other = app.worker({ tasks: [gated], queues: { default: 1 }, lease: "1s" });
      const started = new Promise((resolve) => other.on("started", resolve));
      await other.start();
      const bad = await app.client().send(gated);
      await started;
      await tamper("running", bad.id, () => lease);
      await worker.start();
      expect(await (await app.client().send(add, 20, 22)).result({ timeout: "5s" })).toBe(42);
      gate.resolve();
      expect(await (await app.client().send(add, 1, 1)).result({ timeout: "5s" })).toBe(2);
      await app.client().queues();
      expect((await app.client().list()).jobs.length).toBeGreaterThanOrEqual(2);
      expect(await bad.peek()).toBeDefined();
    },
  );

  test("ids in the lists of a queue that name no job do not stop it", async () => {
    const good = await app.client().send(add, 20, 22);
    const [list] = (await server.command("KEYS", "*fresh*")) as readonly string[];
    await server.command("LPUSH", list!, "nobody", "", Buffer.from([0xff, 0x00]), "{}");
    await server.command("ZADD", "{millrace.0}:due:default", 1, "nobody-either");
    await server.command("ZADD", "{millrace.0}:loose", 1, "nor-this");
    await server.command("ZADD", "{millrace.0}:holders", 1, "a-holder-that-was-never");
    await worker.start();
    expect(await good.result({ timeout: "5s" })).toBe(42);
    expect(await (await app.client().send(add, 1, 1)).result({ timeout: "5s" })).toBe(2);
    expect(errors).toEqual([]);
  });
});
