import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { CapabilityError, ConfigurationError, task } from "../../src/index.ts";
import { SETTINGS, gate, open, until, work } from "./settings.ts";

const echo = task("echo", async (n: number) => n);

/** Whether the store does not declare what a call needs, which is then a typed error and no test. */
async function lacks(ask: Promise<unknown>): Promise<boolean> {
  return ask.then(
    () => false,
    (error: unknown) => error instanceof CapabilityError,
  );
}

describe.each(SETTINGS)("$name", (setting) => {
  test("8.1 a paused queue is held for every worker, others go on; resumed, everything in it runs", async ({
    skip,
  }) => {
    const place = setting.place();
    const app = open(setting, {}, place);
    const client = app.client();
    skip(await lacks(client.resumeQueue("held")), "this store cannot pause queues");
    await work(app, [echo], { queues: { held: 5, free: 5 } });
    await client.pauseQueue("held");
    const jobs = await client.with({ queue: "held" }).sendMany(echo, [[1], [2], [3]]);
    const free = await client.with({ queue: "free" }).send(echo, 4);
    assert.equal(await free.result({ timeout: "10s" }), 4);
    await work(open(setting, {}, place), [echo], { queues: { held: 5 } });
    const late = await client.with({ queue: "free" }).send(echo, 5);
    assert.equal(await late.result({ timeout: "10s" }), 5);
    assert.deepEqual(
      (await client.queues()).find(({ queue }) => queue === "held"),
      { queue: "held", paused: true, counts: { queued: 3 } },
    );
    await client.resumeQueue("held");
    assert.deepEqual(await Promise.all(jobs.map((job) => job.result({ timeout: "10s" }))), [1, 2, 3]);
    assert.ok((await client.queues()).every(({ paused }) => paused === undefined));
  });

  test("8.1 a drained queue has nothing that waits; what runs goes on", async () => {
    const end = gate();
    const hold = task("hold", () => end.opened.then(() => "held"));
    const app = open(setting);
    const client = app.client();
    await work(app, [hold], { queues: { default: 1 } });
    const running = await client.send(hold);
    await until(async () => (await running.peek())?.state === "running");
    await client.sendMany(hold, [[], []]);
    await client.with({ runAfter: "1h" }).send(hold);
    const other = await client.with({ queue: "other" }).send(hold);
    assert.equal(await client.drainQueue("default"), 3);
    assert.equal(await client.drainQueue("default"), 0);
    end.open();
    assert.equal(await running.result({ timeout: "10s" }), "held");
    assert.equal((await other.peek())?.state, "queued");
    await assert.rejects(client.drainQueue("no queue"), ConfigurationError);
    await assert.rejects(client.pauseQueue("no queue"), ConfigurationError);
    await assert.rejects(client.resumeQueue("no queue"), ConfigurationError);
  });

  test("8.1 workers are known while they are alive, with what they serve", async ({ skip }) => {
    const app = open(setting);
    skip(await lacks(app.client().workers()), "this store does not know its workers");
    assert.deepEqual(await app.client().workers(), []);
    const worker = await work(app, [echo], { queues: { a: 2 }, name: "w1" });
    await until(async () => (await app.client().workers()).length === 1);
    worker.startQueue("b", 3);
    await until(async () => (await app.client().workers())[0]?.queues["b"] === 3);
    const [info] = await app.client().workers();
    assert.deepEqual([info?.name, info?.queues, info?.tasks, info?.pid], ["w1", { a: 2, b: 3 }, ["echo"], process.pid]);
    await worker.stop();
    assert.deepEqual(await app.client().workers(), []);
  });

  test("4.3 many jobs are read at once, in the order of their ids", async () => {
    const client = open(setting).client();
    const [one, two] = await client.sendMany(echo, [[1], [2]]);
    const records = await client.getMany([two!.id, "none", one!.id]);
    assert.deepEqual(
      records.map((record) => record?.args),
      [[2], undefined, [1]],
    );
    await assert.rejects(client.getMany([7 as never]), ConfigurationError);
  });
});
