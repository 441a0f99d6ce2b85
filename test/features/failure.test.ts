import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { z } from "zod";
import {
  ArgumentsError,
  ConfigurationError,
  JobStateError,
  JobUnknownError,
  PayloadError,
  PayloadTooLargeError,
  PermanentError,
  ResultInvalidError,
  TaskFailedError,
  TaskTimeoutError,
  context,
  task,
} from "../../src/index.ts";
import { SETTINGS, nap, next, open, rejection, until, work } from "./settings.ts";

/** Milliseconds between the end of each attempt and the start of the next. */
function gaps(attempts: readonly { readonly startedAt: number; readonly endedAt: number }[]): number[] {
  return attempts.slice(1).map(({ startedAt }, at) => startedAt - attempts[at]!.endedAt);
}

describe.each(SETTINGS)("$name", (setting) => {
  test("3.1 a throw is retried three times by default, with exponential gaps; retries: 0 is one attempt", async () => {
    const bad = task("bad", () => {
      throw new RangeError("out of it");
    });
    const app = open(setting, { backoff: { baseMs: 20 } });
    const worker = await work(app, [bad]);
    const delays: number[] = [];
    worker.on("retrying", ({ delayMs }) => delays.push(delayMs));
    const [job, once] = await Promise.all([app.client().send(bad), app.client().with({ retries: 0 }).send(bad)]);
    const error = await rejection(job.result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError);
    assert.match(error.message, /bad.*4 attempts.*out of it/);
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.name, "RangeError");
    assert.match(error.cause.stack ?? "", /failure\.test\.ts/);
    const record = await job.wait();
    assert.equal(record.attempt, 4);
    assert.deepEqual(delays, [20, 40, 80]);
    for (const [at, gap] of gaps(record.attempts).entries()) assert.ok(gap >= 20 * 2 ** at - 1, `gap ${at}: ${gap}`);
    assert.equal((await once.wait({ timeout: "5s" })).attempt, 1);
  });

  test("3.1 retryOn timeout retries timeouts and nothing else", async () => {
    let runs = 0;
    const slow = task("slow", () => {
      runs += 1;
      return runs === 1 ? nap(5_000, context().signal) : "back";
    });
    const bad = task("bad", () => {
      throw new Error("no");
    });
    const app = open(setting, { retryOn: "timeout", backoff: "none" });
    await work(app, [slow, bad]);
    const late = await app.client().with({ timeout: 40 }).send(slow);
    const record = await late.wait({ timeout: "5s" });
    assert.equal(record.result, "back");
    assert.deepEqual(
      record.attempts.map(({ outcome, error }) => [outcome, error?.code]),
      [
        ["timeout", "ERR_TASK_TIMEOUT"],
        ["succeeded", undefined],
      ],
    );
    assert.equal((await (await app.client().send(bad)).wait({ timeout: "5s" })).attempt, 1);
  });

  test("3.1 a backoff list: as many retries as gaps; with more retries the last gap repeats", async () => {
    const bad = task("bad", () => {
      throw new Error("no");
    });
    const app = open(setting);
    const worker = await work(app, [bad]);
    const delays = new Map<string, number[]>();
    worker.on("retrying", ({ id, delayMs }) => delays.set(id, [...(delays.get(id) ?? []), delayMs]));
    const list = await app
      .client()
      .with({ backoff: [5, "8ms"] })
      .send(bad);
    const more = await app
      .client()
      .with({ backoff: [1, 3], retries: 4 })
      .send(bad);
    assert.equal((await list.wait({ timeout: "5s" })).attempt, 3);
    assert.equal((await more.wait({ timeout: "5s" })).attempt, 5);
    assert.deepEqual(delays.get(list.id), [5, 8]);
    assert.deepEqual(delays.get(more.id), [1, 3, 3, 3]);
  });

  test("3.2 a retry waits outside of the slot, as retrying, with its count and error stored", async () => {
    const bad = task(
      "bad",
      () => {
        if (context().attempt === 1) throw new Error("first");
        return context().attempt;
      },
      { backoff: [300] },
    );
    const quick = task("quick", () => "quick");
    const app = open(setting);
    const worker = await work(app, [bad, quick], { queues: { default: 1 } });
    const retrying = next(worker, "retrying");
    const job = await app.client().send(bad);
    const event = await retrying;
    assert.equal(event.id, job.id);
    assert.equal((event.error as Error).message, "first");
    const waiting = await job.peek();
    assert.equal(waiting?.state, "retrying");
    assert.equal(waiting.attempt, 1);
    assert.equal(waiting.error?.message, "first");
    assert.ok(waiting.runAt! > Date.now() - 1);
    assert.equal(await (await app.client().send(quick)).result({ timeout: "5s" }), "quick");
    assert.equal((await job.peek())?.state, "retrying");
    const done = await job.wait({ timeout: "5s" });
    assert.equal(done.result, 2);
    assert.equal(done.error, undefined);
  });

  test("3.3 the latest attempts are kept, each with start, end, worker, outcome and error", async () => {
    const bad = task("bad", () => {
      throw new Error(`number ${context().attempt}`);
    });
    const app = open(setting, { backoff: "none" });
    await work(app, [bad], { name: "the worker" });
    const client = app.client();
    const [many, few, none] = await Promise.all([
      client.with({ retries: 12 }).send(bad),
      client.with({ retries: 4, attemptsKept: 2 }).send(bad),
      client.with({ retries: 1, attemptsKept: 0 }).send(bad),
    ]);
    const record = await many.wait({ timeout: "10s" });
    assert.deepEqual(
      record.attempts.map(({ number, error }) => [number, error?.message]),
      Array.from({ length: 11 }, (_, at) => [at + 3, `number ${at + 3}`]),
    );
    for (const attempt of record.attempts) {
      assert.equal(attempt.worker, "the worker");
      assert.equal(attempt.outcome, "failed");
      assert.ok(attempt.endedAt >= attempt.startedAt);
    }
    assert.deepEqual(
      (await few.wait({ timeout: "10s" })).attempts.map(({ number }) => number),
      [4, 5],
    );
    const bare = await none.wait({ timeout: "10s" });
    assert.deepEqual(bare.attempts, []);
    assert.equal(bare.attempt, 2);
    assert.equal(bare.error?.message, "number 2");
  });

  test("3.4 dead letters: listed, inspected, replayed one or many, purged", async () => {
    let broken = true;
    const fragile = task(
      "fragile",
      (n: number) => {
        if (broken) throw new Error("broken");
        return n;
      },
      { retries: 1, backoff: "none" },
    );
    const other = task("other", () => context().fail("no"), { queue: "elsewhere" });
    const app = open(setting);
    await work(app, [fragile, other]);
    const client = app.client();
    const jobs = await client.sendMany(fragile, [[1], [2], [3], [4]]);
    const apart = await client.send(other);
    await Promise.all([...jobs, apart].map((job) => job.wait({ timeout: "5s" })));
    assert.equal((await client.dead.list()).jobs.length, 5);
    assert.deepEqual(
      (await client.dead.list({ queue: "elsewhere" })).jobs.map(({ id }) => id),
      [apart.id],
    );
    const page = await client.dead.list({ task: "fragile", limit: 3 });
    const rest = await client.dead.list({ task: "fragile", limit: 3, cursor: page.cursor! });
    assert.deepEqual([...page.jobs, ...rest.jobs].map(({ id }) => id).sort(), jobs.map(({ id }) => id).sort());
    assert.equal(page.jobs[0]?.error?.message, "broken");

    broken = false;
    const [replayed] = await client.dead.replay(jobs[0]!.id);
    assert.equal(replayed?.state, "queued");
    assert.equal(await jobs[0]!.result({ timeout: "5s" }), 1);
    const again = await jobs[0]!.wait();
    assert.equal(again.attempt, 1);
    assert.deepEqual(
      again.attempts.map(({ number, outcome }) => [number, outcome]),
      [
        [1, "failed"],
        [2, "failed"],
        [1, "succeeded"],
      ],
    );
    await assert.rejects(client.dead.replay(jobs[0]!.id), JobStateError);
    await assert.rejects(client.dead.replay("nobody"), JobUnknownError);
    assert.equal((await client.dead.replay([jobs[1]!.id, jobs[0]!.id, "nobody"])).length, 1);
    assert.equal(await client.dead.replayAll({ task: "fragile" }), 2);
    assert.deepEqual(await Promise.all(jobs.map((job) => job.result({ timeout: "5s" }))), [1, 2, 3, 4]);
    for (const strange of [null, 1n, {}, [null]] as never[]) {
      await assert.rejects(client.dead.replay(strange), ConfigurationError);
      // Never taken for "all".
      await assert.rejects(client.dead.purge(strange), ConfigurationError);
      await assert.rejects(client.getMany(strange), ConfigurationError);
    }
    await assert.rejects(client.getMany("one" as never), ConfigurationError);
    assert.equal(await client.dead.purge("nobody"), 0);
    assert.equal(await client.dead.purge(jobs[0]!.id), 0);
    assert.equal(await client.dead.purge(), 1);
    assert.equal(await client.get(apart.id), undefined);
    assert.deepEqual((await client.dead.list()).jobs, []);
  });

  test("3.4 replaying all of a task that fails again ends, having replayed each once", async () => {
    const bad = task(
      "bad",
      () => {
        throw new Error("still");
      },
      { retries: 0 },
    );
    const app = open(setting);
    await work(app, [bad]);
    const client = app.client();
    const jobs = await client.sendMany(
      bad,
      Array.from({ length: 20 }, (): [] => []),
    );
    await Promise.all(jobs.map((job) => job.wait({ timeout: "5s" })));
    assert.equal(await client.dead.replayAll(), 20);
    await until(async () => (await client.dead.list()).jobs.length === 20);
  });

  test("3.5 permanent errors are not retried", async () => {
    const gone = task("gone", () => {
      throw new PermanentError("gone for good", { cause: new Error("410") });
    });
    const app = open(setting);
    await work(app, [gone]);
    const job = await app.client().send(gone);
    const error = await rejection(job.result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError && error.cause instanceof PermanentError);
    assert.equal((error.cause.cause as Error).message, "410");
    assert.equal((await job.wait()).attempt, 1);
  });

  test("3.5 wrong arity: refused at send by a client that knows the task, else by the worker, once", async () => {
    let ran = false;
    const two = task("two", (a: number, b: number) => {
      ran = true;
      return a + b;
    });
    const some = task("some", (a: number, b: number = 2, ...rest: number[]) => a + b + rest.length);
    const place = setting.place();
    const app = open(setting, {}, place);
    await work(app, [two, some]);
    await assert.rejects(app.client().send(two as never, 1), ArgumentsError);
    await assert.rejects(app.client().send("two", 1), ArgumentsError);
    const stranger = open(setting, {}, place).client();
    const record = await (await stranger.send("two", 1)).wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.attempt, 1);
    assert.equal(record.error?.code, "ERR_ARGUMENTS");
    assert.equal(ran, false);
    assert.equal(await (await stranger.send("two", 1, 2, 3)).result({ timeout: "5s" }), 3);
    assert.equal(await (await stranger.send("some", 1)).result({ timeout: "5s" }), 3);
  });

  test("3.5 a result that cannot be carried, or is too large, fails the job once and says why", async () => {
    const values: unknown[] = [new Map(), { at: [new Date()] }, () => 1, Number.NaN, "x".repeat(300)];
    const give = task("give", (n: number) => values[n] as string);
    const app = open(setting, { maxPayloadBytes: 200 });
    const worker = await work(app, [give]);
    const told = next(worker, "failed");
    const jobs = await app.client().sendMany(
      give,
      values.map((_, at): [number] => [at]),
    );
    const records = await Promise.all(jobs.map((job) => job.wait({ timeout: "5s" })));
    assert.deepEqual(
      records.map(({ state, attempt, error }) => [state, attempt, error?.code]),
      [...Array.from({ length: 4 }, () => ["failed", 1, "ERR_PAYLOAD"]), ["failed", 1, "ERR_PAYLOAD_TOO_LARGE"]],
    );
    assert.match(records[1]!.error!.message, /\.at\[0\]/);
    assert.ok((await told).error instanceof PayloadError);
    const error = await rejection(jobs[4]!.result());
    assert.ok(error instanceof TaskFailedError && error.cause instanceof PayloadTooLargeError);
  });

  test("3.5 a schema for arguments: refused at both ends, its output reaches the function", async () => {
    const seen: unknown[] = [];
    const book = task(
      "book",
      (who: string, when: Date) => {
        seen.push(who, when);
        return when.getTime();
      },
      { args: z.tuple([z.string().trim().min(1), z.iso.datetime().transform((text) => new Date(text))]) },
    );
    const place = setting.place();
    const app = open(setting, {}, place);
    await work(app, [book]);
    const moment = "2030-01-31T09:00:00Z";
    const job = await app.client().send(book, "  ann ", moment);
    assert.equal(await job.result({ timeout: "5s" }), Date.parse(moment));
    assert.deepEqual(seen, ["ann", new Date(moment)]);
    assert.deepEqual((await job.peek())?.args, ["  ann ", moment]);
    const error = await rejection(app.client().send(book, "ann", "tomorrow"));
    assert.ok(error instanceof ArgumentsError);
    assert.match(error.message, /1: /);
    const stranger = await open(setting, {}, place).client().send("book", "", 5);
    const record = await stranger.wait({ timeout: "5s" });
    assert.equal(record.error?.code, "ERR_ARGUMENTS");
    assert.equal(record.attempt, 1);
  });

  test("3.5 schemas that answer later, and one for the result", async () => {
    const user = z.tuple([z.string().refine(async (name) => (await nap(1), name !== "root"), "no roots")]);
    const greet = task("greet", (name: string) => ({ text: `hi ${name}`, secret: 1 }), {
      args: user,
      result: z.object({ text: z.string().max(8) }).refine(async () => (await nap(1), true)),
    });
    const app = open(setting);
    await work(app, [greet]);
    await assert.rejects(app.client().send(greet, "root"), ArgumentsError);
    await assert.rejects(app.client().sendMany(greet, [["ann"], ["root"]]), ArgumentsError);
    const job = await app.client().send(greet, "ann");
    assert.deepEqual(await job.result({ timeout: "5s" }), { text: "hi ann" });
    const long = await app.client().send(greet, "annabella");
    const error = await rejection(long.result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError && error.cause instanceof ResultInvalidError);
    assert.equal((await long.wait()).attempt, 1);
  });

  test("3.6 an unknown task waits, a warning names it, others go on, and a worker that knows it takes it", async () => {
    const app = open(setting);
    const known = task("known", () => "known");
    const secret = task("secret", () => "found");
    const worker = await work(app, [known], { queues: { default: 1 } });
    const warned = next(worker, "unknown-task");
    const job = await app.client().send("secret");
    const behind = await app.client().send(known);
    assert.equal(await behind.result({ timeout: "5s" }), "known");
    assert.deepEqual(await warned, { queue: "default", task: "secret", count: 1 });
    const parked = await job.peek();
    assert.equal(parked?.state, "queued");
    assert.equal(parked.attempt, 0);
    await work(app, [secret], { queues: { default: 1 } });
    assert.equal(await job.result({ timeout: "5s" }), "found");
    assert.equal((await job.wait()).attempt, 1);
  });

  test("3.6 after the limit it is dead-lettered, uncharged, with a reason", async () => {
    const app = open(setting);
    await work(app, [task("known", () => 1)], { queues: { default: 1 }, unknownTaskLimit: 80 });
    const job = await app.client().send("secret");
    const record = await job.wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.error?.code, "ERR_TASK_UNKNOWN");
    assert.match(record.error.message, /secret/);
    assert.equal(record.attempt, 0);
    assert.deepEqual(record.attempts, []);
    assert.deepEqual(
      (await app.client().dead.list()).jobs.map(({ id }) => id),
      [job.id],
    );
  });

  test("3.1 a timeout is an error of its own class to whoever waits", async () => {
    const slow = task("slow", () => nap(5_000, context().signal), { timeout: 30, retries: 1, backoff: "none" });
    const app = open(setting);
    await work(app, [slow]);
    const error = await rejection((await app.client().send(slow)).result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError && error.cause instanceof TaskTimeoutError);
    assert.match(error.message, /2 attempts/);
  });
});
