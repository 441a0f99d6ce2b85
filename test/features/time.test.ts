import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { JobExpiredError, TaskFailedError, TaskHungError, TaskTimeoutError, context, task } from "../../src/index.ts";
import { SETTINGS, gate, nap, next, open, rejection, until, work } from "./settings.ts";

describe.each(SETTINGS)("$name", (setting) => {
  test("2.1 run after, run at: scheduled until then, never early, soon after", async () => {
    const startedAt = new Map<string, number>();
    const note = task("note", () => {
      startedAt.set(context().id, Date.now());
    });
    const app = open(setting);
    await work(app, [note]);
    const client = app.client();
    const sentAt = Date.now();
    const after = await client.with({ runAfter: "150ms" }).send(note);
    const at = sentAt + 200;
    const jobs = [
      await client.with({ runAt: at }).send(note),
      await client.with({ runAt: new Date(at) }).send(note),
      await client.with({ runAt: new Date(at).toISOString() }).send(note),
    ];
    const waiting = await after.peek();
    assert.equal(waiting?.state, "scheduled");
    assert.ok(waiting.runAt! >= sentAt + 150);
    assert.equal((await jobs[0]!.peek())?.runAt, at);
    await Promise.all([after, ...jobs].map((job) => job.result({ timeout: "5s" })));
    assert.ok(startedAt.get(after.id)! - sentAt >= 149, `after ${startedAt.get(after.id)! - sentAt} ms`);
    for (const { id } of jobs) {
      const late = startedAt.get(id)! - at;
      assert.ok(late >= -1 && late < 500, `${late} ms late`);
    }
  });

  test("2.1 run at a moment that is past: at once", async () => {
    const app = open(setting);
    const note = task("note", () => 1);
    const job = await app
      .client()
      .with({ runAt: Date.now() - 60_000 })
      .send(note);
    assert.equal((await job.peek())?.state, "queued");
    const long = await app.client().with({ runAt: "1970-01-01T00:00:00Z" }).send(note);
    await work(app, [note]);
    assert.equal(await job.result({ timeout: "5s" }), 1);
    assert.equal(await long.result({ timeout: "5s" }), 1);
  });

  test("2.1 a due job is not held up by later ones that were accepted before it", async () => {
    const ran: number[] = [];
    const note = task("note", (n: number) => {
      ran.push(n);
    });
    const app = open(setting);
    const client = app.client();
    const jobs = [];
    for (const delay of [3_600_000, 110, 1_800_000, 170]) {
      jobs.push(await client.with({ runAfter: delay }).send(note, delay));
    }
    await work(app, [note], { queues: { default: 1 } });
    await jobs[1]?.result({ timeout: "5s" });
    await jobs[3]?.result({ timeout: "5s" });
    assert.deepEqual(ran, [110, 170]);
  });

  test("2.2 expire at: past at once; while it waits; not for one that started in time", async () => {
    const app = open(setting);
    const client = app.client();
    const slow = task("slow", async () => {
      await nap(2_300);
      return "in time";
    });
    const past = await client.with({ expireAt: Date.now() - 1_000 }).send(slow);
    assert.equal((await past.peek())?.state, "expired");
    await assert.rejects(past.result({ timeout: "5s" }), JobExpiredError);
    const waiting = await client.with({ expireAfter: 700 }).send(slow);
    assert.equal((await waiting.peek())?.state, "queued");
    const record = await waiting.wait({ timeout: "5s" });
    assert.equal(record.state, "expired");
    assert.equal(record.attempt, 0);
    assert.equal(record.error?.name, "JobExpiredError");
    const worker = await work(app, [slow]);
    let started = 0;
    worker.on("started", () => {
      started += 1;
    });
    const timely = await client.with({ expireAt: new Date(Date.now() + 2_000) }).send(slow);
    assert.equal(await timely.result({ timeout: "5s" }), "in time");
    assert.equal((await waiting.peek())?.state, "expired");
    assert.equal(started, 1);
  });

  test("2.2 a job is not started again after its expiry", async () => {
    let runs = 0;
    const fails = task(
      "fails",
      () => {
        runs += 1;
        throw new Error("no");
      },
      { retries: 5, backoff: [150] },
    );
    const app = open(setting);
    const worker = await work(app, [fails]);
    const told = next(worker, "expired");
    const job = await app.client().with({ expireAfter: 80 }).send(fails);
    const record = await job.wait({ timeout: "5s" });
    assert.equal(record.state, "expired");
    assert.equal(runs, 1);
    assert.equal((await told).id, job.id);
    const settled = (await job.peek())!;
    assert.equal(settled.attempt, 1);
    assert.deepEqual(
      settled.attempts.map(({ outcome }) => outcome),
      ["failed"],
    );
  });

  test("2.2 expireAfter by default of the app, the task and the send; the nearer wins", async () => {
    const app = open(setting, { expireAfter: "1h" });
    const hasty = task("hasty", () => 1, { expireAfter: "1m" });
    const plain = task("plain", () => 1);
    const life = async (by: typeof app, client = by.client(), of = plain): Promise<number> => {
      const record = await (await client.send(of)).peek();
      return record!.expireAt! - record!.createdAt;
    };
    assert.equal(await life(app), 3_600_000);
    assert.equal(await life(app, app.client(), hasty), 60_000);
    assert.equal(await life(app, app.client({ expireAfter: 5_000 }), hasty), 5_000);
  });

  test("2.3 timeout: the signal aborts with a typed reason, and the failure says so", async () => {
    let reason: unknown;
    const slow = task(
      "slow",
      async () => {
        const { signal } = context();
        await nap(5_000, signal).catch((error: unknown) => {
          reason = error;
          throw error;
        });
      },
      { timeout: "60ms", retries: 0 },
    );
    const app = open(setting);
    const worker = await work(app, [slow]);
    const failed = next(worker, "failed");
    const job = await app.client().send(slow);
    const error = await rejection(job.result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError);
    assert.ok(error.cause instanceof TaskTimeoutError);
    assert.ok(reason instanceof TaskTimeoutError);
    assert.ok((await failed).error instanceof TaskTimeoutError);
    const record = await job.wait();
    assert.equal(record.error?.code, "ERR_TASK_TIMEOUT");
    assert.deepEqual(
      record.attempts.map(({ outcome }) => outcome),
      ["timeout"],
    );
    assert.ok(record.attempts[0]!.endedAt - record.attempts[0]!.startedAt >= 59);
  });

  test("2.3 a send's timeout goes before the task's; a job in time isn't touched", async () => {
    const wait = task(
      "wait",
      async (ms: number) => {
        await nap(ms, context().signal);
        return ms;
      },
      { timeout: "10s", retries: 0 },
    );
    const app = open(setting);
    await work(app, [wait]);
    const client = app.client();
    const short = await client.with({ timeout: 50 }).send(wait, 5_000);
    const fine = await client.send(wait, 80);
    assert.equal((await short.wait({ timeout: "5s" })).error?.code, "ERR_TASK_TIMEOUT");
    assert.equal(await fine.result({ timeout: "5s" }), 80);
  });

  test("2.3 a late outcome is dropped: the attempt stays a timeout, running until the function is back", async () => {
    const end = gate();
    const deaf = task(
      "deaf",
      async () => {
        await end.opened;
        return "too late";
      },
      { timeout: 40, retries: 0 },
    );
    const app = open(setting);
    await work(app, [deaf]);
    const job = await app.client().send(deaf);
    await until(async () => (await job.peek())?.state === "running");
    await nap(120);
    assert.equal((await job.peek())?.state, "running");
    end.open();
    const record = await job.wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.error?.code, "ERR_TASK_TIMEOUT");
    assert.ok(!("result" in record));
  });

  test("2.3 a function that never comes back: failed as hung, not retried, its slot and the worker's health show it", async () => {
    const end = gate();
    const deaf = task("deaf", () => end.opened, { timeout: 40, hang: 60, retries: 5 });
    const quick = task("quick", () => "ran");
    const app = open(setting);
    const worker = await work(app, [deaf, quick], { queues: { default: 1 } });
    const hung = next(worker, "hung");
    const job = await app.client().send(deaf);
    const error = await rejection(job.result({ timeout: "5s" }));
    assert.ok(error instanceof TaskFailedError && error.cause instanceof TaskHungError);
    assert.equal((await hung).id, job.id);
    const record = await job.wait();
    assert.deepEqual(
      record.attempts.map(({ outcome }) => outcome),
      ["hung"],
    );
    assert.equal(worker.health.hung, 1);
    assert.equal(worker.health.healthy, false);
    const behind = await app.client().send(quick);
    await nap(100);
    assert.equal((await behind.peek())?.state, "queued");
    end.open();
    assert.equal(await behind.result({ timeout: "5s" }), "ran");
    assert.equal(worker.health.hung, 0);
    assert.equal(worker.health.healthy, true);
    assert.equal((await job.peek())?.state, "failed");
  });
});
