import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type FinishedJob,
  ClosedError,
  JobCancelledError,
  ResultNotKeptError,
  ResultTimeoutError,
  TaskFailedError,
  context,
  task,
} from "../../src/index.ts";
import { SETTINGS, gate, nap, next, open, rejection, until, work } from "./settings.ts";

describe.each(SETTINGS)("$name", (setting) => {
  test("4.1 wait for the result with a timeout, or look at what is there now", async () => {
    const end = gate();
    const slow = task("slow", async () => {
      await end.opened;
      return "done";
    });
    const app = open(setting);
    await work(app, [slow]);
    const job = await app.client().send(slow);
    const before = performance.now();
    await assert.rejects(job.result({ timeout: 50 }), ResultTimeoutError);
    const waited = performance.now() - before;
    assert.ok(waited >= 49 && waited < 2_000, `${waited} ms`);
    await assert.rejects(job.wait({ timeout: 20 }), ResultTimeoutError);
    assert.equal(await job.isFinished(), false);
    await until(async () => (await job.peek())?.state === "running");
    const stop = new AbortController();
    const aborted = rejection(job.result({ signal: stop.signal }));
    stop.abort(new Error("enough"));
    assert.equal(((await aborted) as Error).message, "enough");
    const many = Promise.all([job.result(), job.result({ timeout: "5s" }), app.client().job(job.id).result()]);
    end.open();
    assert.deepEqual(await many, ["done", "done", "done"]);
    assert.equal(await job.isFinished(), true);
    assert.equal(await job.result(), "done");
    assert.equal((await job.peek())?.result, "done");
  });

  test("4.1 a result is told at once, not at the next look", async () => {
    const app = open(setting);
    const quick = task("quick", async (n: number) => n);
    await work(app, [quick]);
    await (await app.client().send(quick, 0)).result({ timeout: "5s" });
    const before = performance.now();
    for (let n = 1; n <= 20; n += 1) {
      assert.equal(await (await app.client().send(quick, n)).result({ timeout: "5s" }), n);
    }
    const each = (performance.now() - before) / 20;
    assert.ok(each < 100, `${each} ms each`);
  });

  test("4.3 status and record of a job that succeeded, and of one that failed", async () => {
    const app = open(setting);
    const good = task("good", (n: number) => n + 1, { priority: 3 });
    const bad = task("bad", (): never => {
      throw Object.assign(new TypeError("no such thing"), { code: "ENOTHING" });
    });
    await work(app, [good, bad], { name: "w1" });
    const client = app.client().with({ retries: 0, meta: { tenant: "t" } });
    const record = await (await client.send(good, 1)).wait({ timeout: "5s" });
    assert.equal(record.state, "succeeded");
    assert.equal(record.isFinal, true);
    assert.equal(record.result, 2);
    assert.deepEqual(record.args, [1]);
    assert.deepEqual(record.meta, { tenant: "t" });
    assert.equal(record.priority, 3);
    assert.equal(record.worker, "w1");
    assert.equal(record.attempt, 1);
    assert.deepEqual(
      record.attempts.map(({ number, outcome, worker }) => [number, outcome, worker]),
      [[1, "succeeded", "w1"]],
    );
    assert.ok(record.createdAt <= record.startedAt! && record.startedAt! <= record.finishedAt!);
    assert.ok(!("code" in record));
    const failed = await (await client.send(bad)).wait({ timeout: "5s" });
    assert.equal(failed.state, "failed");
    assert.equal(failed.isFinal, true);
    assert.deepEqual(
      [failed.error?.name, failed.error?.message, failed.error?.code],
      ["TypeError", "no such thing", "ENOTHING"],
    );
    assert.match(failed.error?.stack ?? "", /results\.test\.ts/);
    assert.throws(() => failed.get(0));
  });

  test("4.3 list by queue, state and task, newest first, page by page; counts by queue", async () => {
    const app = open(setting);
    const client = app.client();
    const a = await client.sendMany("a", [[], [], []]);
    await client.with({ queue: "web" }).send("b");
    await client.with({ runAfter: "1h" }).send("b");
    assert.deepEqual(await client.queues(), [
      { queue: "default", counts: { queued: 3, scheduled: 1 } },
      { queue: "web", counts: { queued: 1 } },
    ]);
    assert.equal((await client.list({ task: "b" })).jobs.length, 2);
    assert.equal((await client.list({ queue: "web" })).jobs.length, 1);
    assert.equal((await client.list({ state: "scheduled" })).jobs.length, 1);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.list({ task: "a", limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.jobs.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.deepEqual(ids, a.map(({ id }) => id).toReversed());
    for (const limit of [0, 1_001, 1.5]) {
      await assert.rejects(client.list({ limit }));
      await assert.rejects(client.dead.list({ limit }));
    }
  });

  test("4.4 retention: status and result apart", async () => {
    const give = task("give", (n: number) => n);
    const app = open(setting);
    await work(app, [give]);
    const client = app.client();
    const sent = async (retention: NonNullable<Parameters<typeof client.with>[0]["retention"]>) => {
      const job = await client.with({ retention }).send(give, 7);
      await until(async () => (await job.peek())?.state !== "queued" && (await job.peek())?.state !== "running");
      return job;
    };
    const statusOnly = await sent({ status: "1h", result: "none" });
    const record = await statusOnly.wait({ timeout: "5s" });
    assert.equal(record.state, "succeeded");
    assert.equal(record.resultGone, true);
    assert.ok(!("result" in record));
    assert.throws(() => record.get(0));
    await assert.rejects(statusOnly.result(), ResultNotKeptError);

    const brief = await sent({ status: "forever", result: 150 });
    assert.equal((await brief.peek())?.result, 7);
    await until(async () => (await brief.peek())?.resultGone);
    assert.equal((await brief.peek())?.state, "succeeded");

    const none = await sent("none");
    assert.equal(await none.peek(), undefined);
    const short = await sent(120);
    assert.equal(await short.result(), 7);
    await until(async () => (await short.peek()) === undefined);
  });

  test("4.4 retention by app, task and send, the nearer wins; dead letters stay", async () => {
    const place = setting.place();
    const app = open(setting, { retention: "none" }, place);
    const gone = task("gone", () => 1);
    const kept = task("kept", () => 2, { retention: "1h" });
    const bad = task("bad", () => context().fail("no"));
    await work(app, [gone, kept, bad]);
    const client = app.client();
    const first = await client.send(gone);
    const second = await client.send(kept);
    const third = await client.with({ retention: "forever" }).send(gone);
    const fourth = await client.with({ retention: 0 }).send(kept);
    const dead = await client.send(bad);
    assert.equal(await second.result({ timeout: "5s" }), 2);
    assert.equal(await third.result({ timeout: "5s" }), 1);
    assert.equal((await dead.wait({ timeout: "5s" })).state, "failed");
    await until(async () => (await first.peek()) === undefined && (await fourth.peek()) === undefined);
    await nap(20);
    assert.equal((await dead.peek())?.state, "failed");
  });

  test("4.6 callbacks: success, failure and end, with arguments and result; what they throw matters to nobody", async () => {
    const told: unknown[] = [];
    const note =
      (name: string) =>
      (...given: unknown[]): never => {
        const job = given.at(-1) as FinishedJob;
        const told1 = given.length === 1 ? undefined : given[0] instanceof Error ? given[0].message : given[0];
        told.push([name, told1, job.args, job.state, job.attempt]);
        throw new Error("the callback's own");
      };
    let runs = 0;
    const good = task("good", (n: number) => [n, 5n], {
      onSuccess: note("success"),
      onFailure: note("failure"),
      onEnd: note("end"),
    });
    const bad = task(
      "bad",
      (n: number) => {
        runs += 1;
        throw new RangeError(`no ${n}`);
      },
      { onSuccess: note("success"), onFailure: note("failure"), onEnd: note("end"), retries: 2, backoff: "none" },
    );
    const app = open(setting);
    const worker = await work(app, [good, bad]);
    const errors: unknown[] = [];
    worker.on("error", ({ error }) => errors.push((error as Error).message));
    const first = await app.client().send(good, 1);
    assert.deepEqual(await first.result({ timeout: "5s" }), [1, 5n]);
    await until(() => told.length === 2);
    const second = await app.client().send(bad, 2);
    assert.equal((await second.wait({ timeout: "5s" })).state, "failed");
    await until(() => told.length === 4);
    await until(() => errors.length === 2);
    assert.deepEqual(told, [
      ["success", [1, 5n], [1], "succeeded", 1],
      ["end", undefined, [1], "succeeded", 1],
      ["failure", "no 2", [2], "failed", 3],
      ["end", undefined, [2], "failed", 3],
    ]);
    assert.deepEqual(errors, ["the callback's own", "the callback's own"]);
    assert.equal(runs, 3);
    assert.equal((await first.peek())?.state, "succeeded");
    assert.equal((await second.peek())?.state, "failed");
  });

  test("4.6 a replay's callbacks are its own, though no attempt is kept and those of the run before failed", async () => {
    const told: string[] = [];
    const runs = [false, false, true];
    const again = task(
      "again",
      () => {
        if (runs.shift() !== true) throw new Error("not yet");
      },
      {
        retries: 1,
        backoff: "none",
        attemptsKept: 0,
        onEnd: ({ state, attempt }) => {
          told.push(`${state} ${attempt}`);
          throw new Error("the callback's own");
        },
      },
    );
    const app = open(setting);
    await work(app, [again]);
    const job = await app.client().send(again);
    assert.equal((await job.wait({ timeout: "5s" })).state, "failed");
    await until(() => told.length === 1);
    // The second run needs both of its attempts.
    runs.unshift(false);
    await app.client().dead.replay(job.id);
    await job.result({ timeout: "5s" });
    await until(() => told.length === 2);
    assert.deepEqual(told, ["failed 2", "succeeded 2"]);
  });

  test("4.6 callbacks hold no slot of the task, and have a timeout of their own", async () => {
    const end = gate();
    let aborted = false;
    const called = task("called", () => 1, {
      callbackTimeout: 60,
      onEnd: async () => {
        context().signal.addEventListener("abort", () => {
          aborted = true;
        });
        await end.opened;
      },
    });
    const app = open(setting);
    const worker = await work(app, [called], { queues: { default: 1 } });
    const failed = next(worker, "error");
    await (await app.client().send(called)).result({ timeout: "5s" });
    assert.equal(await (await app.client().send(called)).result({ timeout: "5s" }), 1);
    await until(() => aborted);
    end.open();
    assert.equal(((await failed).error as Error).name, "TaskTimeoutError");
  });

  test("4.6 callbacks get the value even when it is not kept, and hear of expiry and of cancellation while running", async () => {
    const told: unknown[] = [];
    const give = task(
      "give",
      async (n: number) => {
        if (n === 0) await nap(5_000, context().signal);
        return n;
      },
      {
        onSuccess: (value) => told.push(value),
        onFailure: (error, job) => told.push([error.name, job.state]),
      },
    );
    const app = open(setting, { retention: "none" });
    const client = app.client();
    const late = await client.with({ expireAfter: 1 }).send(give, 9);
    await until(async () => (await late.peek())?.state === "expired");
    await work(app, [give]);
    await until(() => told.length === 1);
    await client.send(give, 7);
    await until(() => told.length === 2);
    const stopped = await client.send(give, 0);
    await until(async () => (await stopped.peek())?.state === "running");
    await stopped.cancel();
    await until(() => told.length === 3);
    assert.deepEqual(told, [["JobExpiredError", "expired"], 7, ["JobCancelledError", "cancelled"]]);
  });

  test("4.7 number codes of the old systems, on request", async () => {
    const place = setting.place();
    const app = open(setting, { codes: "g_task", backoff: [400] }, place);
    const other = open(setting, { codes: "ytask" }, place);
    const end = gate();
    const good = task("good", () => end.opened);
    const bad = task("bad", () => {
      throw new Error("no");
    });
    const codes = async (id: string): Promise<unknown[]> => [
      (await app.client().get(id))?.code,
      (await other.client().get(id))?.code,
    ];
    const job = await app.client().send(good);
    assert.deepEqual(await codes(job.id), [1, 0]);
    const worker = await work(app, [good, bad]);
    await until(async () => (await job.peek())?.state === "running");
    assert.deepEqual(await codes(job.id), [3, 1]);
    end.open();
    await job.wait({ timeout: "5s" });
    assert.deepEqual(await codes(job.id), [0, 4]);
    const retrying = next(worker, "retrying");
    const failing = await app.client().send(bad);
    await retrying;
    assert.deepEqual(await codes(failing.id), [2, 2]);
    await failing.wait({ timeout: "5s" });
    assert.deepEqual(await codes(failing.id), [-1, 5]);
    assert.equal((await other.client().list({ task: "good" })).jobs[0]?.code, 4);
    assert.equal((await other.client().dead.list()).jobs[0]?.code, 5);
    assert.equal((await app.client().job(job.id).wait()).code, 0);
  });

  test("4.x waits end when their client is closed, and use after close is a typed error", async () => {
    const app = open(setting);
    const client = app.client();
    const job = await client.with({ runAfter: "1h" }).send("never");
    const waiting = rejection(job.result());
    await app.close();
    assert.ok((await waiting) instanceof ClosedError);
    await assert.rejects(client.send("t"), ClosedError);
    await assert.rejects(client.sendMany("t", [[]]), ClosedError);
    await assert.rejects(client.get(job.id), ClosedError);
    await assert.rejects(client.cancel(job.id), ClosedError);
    await assert.rejects(client.list(), ClosedError);
    await assert.rejects(client.dead.list(), ClosedError);
    await assert.rejects(job.result(), ClosedError);
    assert.throws(() => app.client(), ClosedError);
    assert.throws(() => app.worker({ tasks: [] }), ClosedError);
    await app.close();
  });

  test("4.x a wait that begins as its client is closed ends too", async () => {
    const app = open(setting);
    const job = await app.client().with({ runAfter: "1h" }).send("never");
    const waiting = rejection(job.result({ timeout: "2s" }));
    app.client().close();
    assert.ok((await waiting) instanceof ClosedError);
  });

  test("4.x await using closes what the app opened", async () => {
    const place = setting.place();
    let kept;
    {
      await using app = open(setting, {}, place);
      kept = app;
      await using worker = await work(app, [task("t", () => 1)]);
      const job = await app.client().send("t");
      assert.equal(await job.result({ timeout: "5s" }), 1);
      assert.equal(worker.health.state, "running");
    }
    assert.throws(() => kept.client(), ClosedError);
  });

  test("4.x each end has its own rejection", async () => {
    const app = open(setting);
    const client = app.client();
    const job = await client.send("t");
    assert.equal(await client.cancel(job.id), "cancelled");
    await assert.rejects(job.result(), JobCancelledError);
    const bad = task("bad", (): never => context().fail());
    await work(app, [bad]);
    await assert.rejects((await client.send(bad)).result({ timeout: "5s" }), TaskFailedError);
  });
});
