import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type Logger,
  ConfigurationError,
  JobCancelledError,
  JobCrashedError,
  WorkerStateError,
  context,
  task,
} from "../../src/index.ts";
import { SETTINGS, gate, nap, next, open, rejection, until, work } from "./settings.ts";

describe.each(SETTINGS)("$name", (setting) => {
  test("5.1 several queues, each with its own concurrency, never exceeded", async () => {
    const running: Record<string, number> = {};
    const most: Record<string, number> = {};
    const hold = task("hold", async () => {
      const { queue } = context();
      running[queue] = (running[queue] ?? 0) + 1;
      most[queue] = Math.max(most[queue] ?? 0, running[queue]);
      await nap(3);
      running[queue] -= 1;
    });
    const app = open(setting);
    const worker = await work(app, [hold], { queues: { one: 1, three: 3 } });
    assert.deepEqual(
      [...worker.queues],
      [
        ["one", 1],
        ["three", 3],
      ],
    );
    const client = app.client();
    const jobs = await Promise.all(
      ["one", "three", "unserved"].map((queue) =>
        client.with({ queue }).sendMany(
          hold,
          Array.from({ length: 20 }, (): [] => []),
        ),
      ),
    );
    await Promise.all([...jobs[0]!, ...jobs[1]!].map((job) => job.result({ timeout: "10s" })));
    assert.deepEqual(most, { one: 1, three: 3 });
    assert.equal((await jobs[2]![0]!.peek())?.state, "queued");
  });

  test("2.4 a paced queue starts no two jobs closer together than its interval, failed and callback ones included", async () => {
    const starts: number[] = [];
    const beat = task(
      "beat",
      (at: number) => {
        starts.push(performance.now());
        if (at === 2) throw new Error("beat 2 is off");
      },
      { retries: 0, onEnd: () => {} },
    );
    const app = open(setting);
    await work(app, [beat], { queues: { default: { concurrency: 4, minInterval: "60ms" } } });
    const jobs = await app.client().sendMany(beat, [[1], [2], [3], [4]]);
    await Promise.all(jobs.map((job) => job.wait({ timeout: "10s" })));
    const gaps = starts.slice(1).map((at, before) => at - starts[before]!);
    assert.equal(gaps.length, 3);
    // Timers of Node may fire a fraction of a millisecond early by this clock.
    assert.deepEqual(
      gaps.filter((gap) => gap < 59),
      [],
    );
  });

  test("5.1 queues are started and stopped one by one", async () => {
    const end = gate();
    const slow = task("slow", () => end.opened, { queue: "slow" });
    const quick = task("quick", () => "quick", { queue: "quick" });
    const app = open(setting);
    const worker = await work(app, [slow, quick], { queues: { slow: 2 } });
    assert.throws(() => worker.startQueue("slow"), ConfigurationError);
    assert.throws(() => worker.startQueue("quick", 0), ConfigurationError);
    assert.throws(() => worker.startQueue("no name"), ConfigurationError);
    assert.throws(
      () => worker.startQueue("quick", { minInterval: "often" }),
      /the minInterval of queue "quick" must be/,
    );
    const misspelt = { concurrency: 2, minimum: 1 };
    assert.throws(() => worker.startQueue("quick", misspelt), /no option of queue "quick" "minimum"/);
    const client = app.client();
    const waiting = await client.send(quick);
    const running = await client.send(slow);
    await until(async () => (await running.peek())?.state === "running");
    assert.equal((await waiting.peek())?.state, "queued");
    worker.startQueue("quick", 4);
    assert.equal(await waiting.result({ timeout: "5s" }), "quick");
    let stopped = false;
    const stopping = worker.stopQueue("slow").then(() => {
      stopped = true;
    });
    const behind = await client.send(slow);
    await client.send(quick).then((job) => job.result({ timeout: "5s" }));
    assert.equal(stopped, false);
    end.open();
    await stopping;
    await running.result({ timeout: "5s" });
    assert.equal((await behind.peek())?.state, "queued");
    assert.deepEqual([...worker.queues.keys()], ["quick"]);
    await worker.stopQueue("never served");
    worker.startQueue("slow", 1);
    await behind.result({ timeout: "5s" });
  });

  test("5.1 a queue that is stopped and started again at once never runs more than its concurrency", async () => {
    const [end, all] = [gate(), gate()];
    let [running, most, ran] = [0, 0, 0];
    const slow = task("slow", async () => {
      running += 1;
      most = Math.max(most, running);
      await end.opened;
      running -= 1;
      ran += 1;
      if (ran === 10) all.open();
    });
    const quick = task("quick", () => "quick", { queue: "other" });
    const app = open(setting);
    const worker = await work(app, [slow, quick], { queues: { default: 2 } });
    await app.client().sendMany(
      slow,
      Array.from({ length: 10 }, (): [] => []),
    );
    await until(() => running === 2);
    const stopping: Promise<void>[] = [];
    for (let round = 0; round < 3; round += 1) {
      stopping.push(worker.stopQueue("default"));
      worker.startQueue("default", 2);
    }
    // By the time this one is done, the worker was given all that it asked for before.
    worker.startQueue("other", 1);
    await (await app.client().send(quick)).result({ timeout: "5s" });
    end.open();
    await Promise.all([...stopping, all.opened]);
    assert.equal(most, 2);
  });

  test("5.1 higher priority first, then the order of acceptance", async () => {
    const ran: string[] = [];
    const note = task("note", (name: string) => {
      ran.push(name);
    });
    const app = open(setting);
    const client = app.client();
    const jobs = [];
    for (const [name, priority] of [
      ["a0", 0],
      ["b0", 0],
      ["c5", 5],
      ["d9", 9],
      ["e5", 5],
      ["f0", 0],
    ] as const)
      jobs.push(await client.with({ priority }).send(note, name));
    await work(app, [note], { queues: { default: 1 } });
    await Promise.all(jobs.map((job) => job.result({ timeout: "5s" })));
    assert.deepEqual(ran, ["d9", "c5", "e5", "a0", "b0", "f0"]);
  });

  test("5.2 stop: nothing new, running jobs finish, and only then it resolves; twice is fine, starting twice is not", async () => {
    const end = gate();
    let done = false;
    const slow = task("slow", async () => {
      await end.opened;
      await nap(20);
      done = true;
      return "finished";
    });
    const app = open(setting);
    const worker = await work(app, [slow], { queues: { default: 1 } });
    await assert.rejects(worker.start(), WorkerStateError);
    const running = await app.client().send(slow);
    await until(async () => (await running.peek())?.state === "running");
    const behind = await app.client().send(slow);
    const told: string[] = [];
    worker.on("stopping", () => told.push("stopping"));
    worker.on("stopped", () => told.push("stopped"));
    const stopping = [worker.stop(), worker.stop({ timeout: "5s" })];
    assert.equal(worker.health.state, "stopping");
    assert.equal(worker.health.healthy, false);
    end.open();
    await Promise.all(stopping);
    assert.equal(done, true);
    assert.equal(worker.health.state, "stopped");
    assert.deepEqual(told, ["stopping", "stopped"]);
    // Settled before stop resolved.
    assert.equal((await running.peek())?.result, "finished");
    const left = await behind.peek();
    assert.equal(left?.state, "queued");
    assert.equal(left.attempt, 0);
    await worker.stop();
    await assert.rejects(worker.start(), WorkerStateError);
    assert.throws(() => worker.startQueue("more"), WorkerStateError);
  });

  test("5.2 at the deadline the rest is told and given back uncharged, and another worker runs it", async () => {
    let reason: unknown;
    const slow = task("slow", async () => {
      if (context().crashes > 0) throw new Error("charged with a crash");
      const { signal, attempt } = context();
      if (reason !== undefined) return attempt;
      await nap(10_000, signal).catch((error: unknown) => {
        reason = error;
      });
      return "too late";
    });
    const app = open(setting);
    const worker = await work(app, [slow]);
    const released = next(worker, "released");
    const job = await app.client().send(slow);
    await until(async () => (await job.peek())?.state === "running");
    const before = performance.now();
    await worker.stop({ timeout: 50 });
    const took = performance.now() - before;
    assert.ok(took >= 49 && took < 2_000, `${took} ms`);
    assert.equal((await released).id, job.id);
    assert.ok(reason instanceof JobCrashedError);
    const back = await job.peek();
    assert.equal(back?.state, "queued");
    assert.equal(back.attempt, 0);
    await work(app, [slow]);
    assert.equal(await job.result({ timeout: "5s" }), 1);
    assert.deepEqual(
      (await job.wait()).attempts.map(({ number, outcome }) => [number, outcome]),
      [[1, "succeeded"]],
    );
  });

  test("5.2 stopping before or while it starts leaves nothing running", async () => {
    const app = open(setting);
    const never = app.worker({ tasks: [task("t", () => 1)] });
    await never.stop();
    await assert.rejects(never.start(), WorkerStateError);
    const hasty = app.worker({ tasks: [task("u", () => 1)] });
    const starting = rejection(hasty.start());
    await hasty.stop();
    assert.ok((await starting) instanceof WorkerStateError);
    assert.equal(hasty.health.state, "stopped");
    const job = await app.client().send("u");
    await nap(50);
    assert.equal((await job.peek())?.state, "queued");
  });

  test("5.3 at-most-once: started once, never retried, whatever the task asks for", async () => {
    let runs = 0;
    const once = task(
      "once",
      () => {
        runs += 1;
        context().setRetriesLeft(5);
        if (runs === 1) context().retry(new Error("please"), { after: 1 });
        throw new Error("no");
      },
      { delivery: "at-most-once", retries: 5, backoff: "none" },
    );
    const app = open(setting);
    await work(app, [once]);
    for (const expected of [1, 2]) {
      const record = await (await app.client().send(once)).wait({ timeout: "5s" });
      assert.equal(record.state, "failed");
      assert.equal(record.attempt, 1);
      assert.equal(runs, expected);
    }
  });

  test("5.3 at-most-once: one that still runs at a stop's deadline fails rather than run again", async () => {
    const once = task("once", () => nap(10_000, context().signal), { delivery: "at-most-once" });
    const app = open(setting);
    const worker = await work(app, [once]);
    const job = await app.client().send(once);
    await until(async () => (await job.peek())?.state === "running");
    await worker.stop({ timeout: 1 });
    const record = await job.wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.error?.code, "ERR_JOB_CRASHED");
  });

  test("5.4 cancel a waiting job: at once, and it never runs; a finished one stays what it is", async () => {
    let ran = 0;
    const note = task("note", (fails: boolean) => {
      ran += 1;
      if (fails) throw new Error("no");
      return "ran";
    });
    const app = open(setting, { backoff: [60_000] });
    const client = app.client();
    const queued = await client.send(note, false);
    const scheduled = await client.with({ runAfter: "1h" }).send(note, false);
    assert.equal(await client.cancel(queued.id), "cancelled");
    assert.equal(await scheduled.cancel(), "cancelled");
    assert.equal(await client.cancel(queued.id), "cancelled");
    await assert.rejects(queued.result({ timeout: "5s" }), JobCancelledError);
    const worker = await work(app, [note]);
    const done = await client.send(note, false);
    assert.equal(await done.result({ timeout: "5s" }), "ran");
    assert.equal(await client.cancel(done.id), "succeeded");
    assert.equal(await done.result(), "ran");
    const retrying = next(worker, "retrying");
    const failing = await client.send(note, true);
    await retrying;
    assert.equal(await client.cancel(failing.id), "cancelled");
    assert.equal((await failing.wait({ timeout: "5s" })).state, "cancelled");
    assert.equal(ran, 2);
  });

  test("5.4 cancel a running job: its signal aborts with a typed reason; from another app too", async () => {
    const place = setting.place();
    const app = open(setting, {}, place);
    const reasons: unknown[] = [];
    const slow = task("slow", () =>
      nap(10_000, context().signal).catch((error: unknown) => {
        reasons.push(error, context().cancelRequested);
        throw error;
      }),
    );
    const worker = await work(app, [slow], { lease: "300ms" });
    const told = next(worker, "cancelled");
    const job = await app.client().send(slow);
    await until(async () => (await job.peek())?.state === "running");
    const state = await open(setting, {}, place).client().cancel(job.id);
    assert.equal(state, "running");
    await assert.rejects(job.result({ timeout: "5s" }), JobCancelledError);
    assert.ok(reasons[0] instanceof JobCancelledError);
    assert.equal(reasons[1], true);
    assert.equal((await told).id, job.id);
    const record = await job.wait();
    assert.equal(record.state, "cancelled");
    assert.equal(record.cancelRequested, true);
    assert.deepEqual(
      record.attempts.map(({ number, outcome }) => [number, outcome]),
      [[1, "cancelled"]],
    );
  });

  test("5.4 a cancelled job stays cancelled, though its function ignores that and returns a value", async () => {
    const end = gate();
    const deaf = task("deaf", async () => {
      await end.opened;
      return "a value";
    });
    const app = open(setting);
    await work(app, [deaf]);
    const job = await app.client().send(deaf);
    await until(async () => (await job.peek())?.state === "running");
    assert.equal(await job.cancel(), "running");
    end.open();
    const record = await job.wait({ timeout: "5s" });
    assert.equal(record.state, "cancelled");
    assert.ok(!("result" in record));
  });

  test("5.4 a cancelled job that a stop leaves behind is kept as its send wants it, and its callbacks are told", async () => {
    const told: string[] = [];
    const deaf = task("deaf", () => nap(300), {
      onEnd: ({ id, state }) => {
        told.push(`${id} ${state}`);
      },
    });
    const app = open(setting);
    const worker = await work(app, [deaf]);
    const kept = await app.client().send(deaf);
    const gone = await app.client().with({ retention: "none" }).send(deaf);
    for (const job of [kept, gone]) {
      await until(async () => (await job.peek())?.state === "running");
      assert.equal(await job.cancel(), "running");
    }
    await worker.stop({ timeout: 0 });
    const record = await kept.wait({ timeout: "5s" });
    assert.equal(record.state, "cancelled");
    assert.deepEqual(
      record.attempts.map(({ outcome }) => outcome),
      ["cancelled"],
    );
    assert.equal(await gone.peek(), undefined);
    await work(app, [deaf]);
    await until(() => told.length === 2);
    assert.deepEqual(told.toSorted(), [kept, gone].map(({ id }) => `${id} cancelled`).toSorted());
  });

  test("5.4 a job that is cancelled while it waits in the worker for its slot does not run to its end", async () => {
    let ranToEnd = false;
    const blocking = gate();
    const quick = task("quick", () => 1);
    const block = task("block", async () => {
      blocking.open();
      await nap(20);
    });
    const victim = task("victim", async () => {
      await nap(1_000, context().signal);
      ranToEnd = true;
    });
    const app = open(setting);
    // So fast that what comes after the block is reserved ahead of its start.
    await work(app, [quick, block, victim], { queues: { default: 1 }, reserveAhead: 100 });
    const client = app.client();
    const list = Array.from({ length: 500 }, (): [] => []);
    for (let round = 0; round < 2; round += 1) {
      const jobs = await client.sendMany(quick, list);
      if (round === 0) await Promise.all(jobs.map((job) => job.wait({ timeout: "5s" })));
    }
    await client.send(block);
    const job = await client.send(victim);
    await blocking.opened;
    await job.cancel();
    assert.equal((await job.wait({ timeout: "5s" })).state, "cancelled");
    assert.equal(ranToEnd, false);
  });

  test("5.6 debug tells every step to the logger given, and never an argument or a result", async () => {
    const lines: string[] = [];
    const write =
      (level: string) =>
      (message: string, fields?: Readonly<Record<string, unknown>>): void => {
        lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
      };
    const logger: Logger = {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
    };
    const run = async (debug: boolean | "arguments"): Promise<string[]> => {
      lines.length = 0;
      const app = open(setting, { debug, logger });
      const pay = task("pay", (card: string) => ({ receipt: `${card}-receipt` }));
      const bad = task("bad", (card: string) => {
        throw new Error(`declined ${card.length}`);
      });
      await work(app, [pay, bad]);
      const client = app.client().with({ retries: 1, backoff: "none", meta: { secret: "private-meta" } });
      await (await client.send(pay, "private-1234")).wait({ timeout: "5s" });
      await (await client.send(bad, "private-1234")).wait({ timeout: "5s" });
      await app.close();
      return [...lines];
    };
    const loud = await run(true);
    for (const step of [
      /debug worker started/,
      /debug job started .*"pay"/,
      /debug job succeeded/,
      /warn job failed/,
      /error job failed/,
    ])
      assert.ok(
        loud.some((line) => step.test(line)),
        `${String(step)} in ${loud.join("\n")}`,
      );
    assert.doesNotMatch(loud.join("\n"), /private/);
    const told = await run("arguments");
    assert.ok(told.some((line) => /debug job started .*"pay".*"args":\["private-1234"\]/.test(line)));
    assert.doesNotMatch(told.join("\n"), /receipt|private-meta/);
    const quiet = await run(false);
    assert.ok(!quiet.some((line) => /job (?:started|succeeded)/.test(line)));
    assert.doesNotMatch(quiet.join("\n"), /private/);
  });

  test("metadata and trace context travel with a job; what a job sends inherits its trace, nothing else", async () => {
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const app = open(setting);
    const seen: unknown[] = [];
    const child = task("child", () => {
      seen.push(["child", context().traceparent, context().meta]);
    });
    const parent = task("parent", async () => {
      seen.push(["parent", context().traceparent, context().meta]);
      await nap(1);
      const job = await app.client().send(child);
      const [second] = await app.client().sendMany(child, [[]]);
      return [job.id, second!.id];
    });
    await work(app, [parent, child]);
    const job = await app
      .client()
      .with({ traceparent: trace, meta: { tenant: "t" } })
      .send(parent);
    const ids = await job.result({ timeout: "5s" });
    for (const id of ids) {
      const record = await app.client().job(id).wait({ timeout: "5s" });
      assert.equal(record.traceparent, trace);
      assert.equal(record.meta, undefined);
    }
    assert.deepEqual(seen, [
      ["parent", trace, { tenant: "t" }],
      ["child", trace, {}],
      ["child", trace, {}],
    ]);
    assert.equal((await (await app.client().send(child)).peek())?.traceparent, undefined);
    assert.throws(() => app.client().with({ traceparent: "no" }), ConfigurationError);
  });

  test("middleware wraps sends and runs, outermost first, and may change what travels, the value, or refuse", async () => {
    const order: string[] = [];
    const app = open(setting);
    const echo = task("echo", (text: string) => {
      order.push(`body ${String(context().meta["by"])}`);
      return text;
    });
    app
      .use({
        send: async (job, next) => {
          order.push(`send outer ${job.task} ${job.queue} ${job.args.length}`);
          if (job.args[0] === "refused") throw new RangeError("not this one");
          if (job.args[0] === "swallowed") return;
          job.meta = { by: "middleware" };
          await next();
          order.push("sent");
        },
        run: async (job, next) => {
          order.push(`run outer ${job.attempt}`);
          return `<${String(await next())}>`;
        },
      })
      .use({
        send: async (job, next) => {
          order.push(`send inner ${String(job.meta?.["by"])}`);
          await next();
        },
        run: async (_job, next) => {
          order.push("run inner");
          return next();
        },
      });
    const client = app.client();
    const job = await client.send(echo, "x");
    assert.deepEqual(order.splice(0), ["send outer echo default 1", "send inner middleware", "sent"]);
    await work(app, [echo]);
    assert.equal(await job.result({ timeout: "5s" }), "<x>");
    assert.deepEqual(order.splice(0), ["run outer 1", "run inner", "body middleware"]);
    await assert.rejects(client.send(echo, "refused"), RangeError);
    await assert.rejects(client.send(echo, "swallowed"), ConfigurationError);
    await assert.rejects(client.sendMany(echo, [["fine"], ["refused"]]), RangeError);
    assert.equal((await client.list()).jobs.length, 1);
    const [many] = await client.sendMany(echo, [["y"]]);
    assert.equal(await many!.result({ timeout: "5s" }), "<y>");
  });

  test("middleware that throws fails the attempt; one that returns nothing runs the body once", async () => {
    const app = open(setting);
    let runs = 0;
    const note = task("note", () => {
      runs += 1;
      return "value";
    });
    app.use({
      run: ((_job: unknown, next: () => Promise<unknown>): void => {
        void next();
      }) as never,
    });
    await work(app, [note]);
    const job = await app.client().send(note);
    assert.equal(await job.result({ timeout: "5s" }), undefined);
    assert.equal(runs, 1);
    app.use({
      run: () => {
        throw new RangeError("at once");
      },
    });
    const other = await app.client().with({ retries: 0 }).send(note);
    const record = await other.wait({ timeout: "5s" });
    assert.ok(record.state === "succeeded" || record.error?.name === "RangeError");
    assert.equal(runs, 1);
  });
});
