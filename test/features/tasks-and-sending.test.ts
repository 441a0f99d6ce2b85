import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  ArgumentsError,
  ConfigurationError,
  ContextMissingError,
  DuplicateTaskError,
  JobUnknownError,
  PayloadError,
  PayloadTooLargeError,
  PositionError,
  context,
  task,
} from "../../src/index.ts";
import { SETTINGS, nap, open, rejection, until, work } from "./settings.ts";

describe.each(SETTINGS)("$name", (setting) => {
  test("1.1 a plain function is registered under a name and a queue, and left as it is", async () => {
    function add(a: number, b: number): number {
      return a + b;
    }
    const sum = task("add", add, { queue: "sums" });
    assert.equal(sum.run, add);
    assert.equal(sum.name, "add");
    const app = open(setting);
    await work(app, [sum]);
    const job = await app.client().send(sum, 12, 33);
    assert.equal(await job.result({ timeout: "5s" }), 45);
    const record = await job.wait();
    assert.equal(record.task, "add");
    assert.equal(record.queue, "sums");
  });

  test("1.1 two tasks of one name in an app are refused", () => {
    const app = open(setting, { tasks: [task("same", () => 1)] });
    assert.throws(() => app.worker({ tasks: [task("same", () => 2)] }), DuplicateTaskError);
    const twice = task("twice", () => 1);
    assert.doesNotThrow(() => app.worker({ tasks: [twice, twice] }));
  });

  test("1.2 arguments and results come back exactly", async () => {
    const echo = task("echo", (...values: unknown[]) => values as never);
    const app = open(setting);
    await work(app, [echo]);
    const values = [
      0,
      -1.5,
      2 ** 53,
      Number.MAX_VALUE,
      5e-324,
      "",
      "héllo\n\u0000\u{1f600} \ud800",
      true,
      null,
      [],
      {},
      [[1, [2]], { a: { b: [] } }],
      12345678901234567890n,
      -1n,
      { $bigint: "5", $$: 1, $: [9n], a: 1n },
      Object.fromEntries([["__proto__", { x: 1 }]]),
    ];
    const job = await app.client().send(echo, ...values);
    assert.deepEqual(await job.result({ timeout: "5s" }), values);
    assert.deepEqual((await job.peek())?.args, values);
  });

  test("1.2 undefined: as a result, as trailing arguments, as a property", async () => {
    const seen: unknown[][] = [];
    const none = task("none", (...values: unknown[]) => {
      seen.push(values);
    });
    const app = open(setting);
    await work(app, [none]);
    const job = await app.client().send(none, 1, { a: undefined, b: 2 }, undefined);
    assert.equal(await job.result({ timeout: "5s" }), undefined);
    assert.deepEqual(seen, [[1, { b: 2 }]]);
    const record = await job.wait();
    assert.equal(record.state, "succeeded");
    assert.equal(record.resultGone, false);
    await assert.rejects(app.client().send(none, undefined as never, 1), PayloadError);
  });

  test("1.2 several return values are a tuple, read by position; out of range is an error", async () => {
    const divide = task("divide", (a: number, b: number): [number, number] => [Math.floor(a / b), a % b]);
    const one = task("one", () => "only");
    const app = open(setting);
    await work(app, [divide, one]);
    const job = await app.client().send(divide, 17, 5);
    const [quotient, rest] = await job.result({ timeout: "5s" });
    assert.deepEqual([quotient, rest], [3, 2]);
    const record = await job.wait();
    assert.equal(record.get(0), 3);
    assert.equal(record.get(1), 2);
    for (const position of [2, -1, 0.5, Number.NaN]) assert.throws(() => record.get(position), PositionError);
    const single = await (await app.client().send(one)).wait({ timeout: "5s" });
    assert.equal(single.get(0), "only");
    assert.throws(() => single.get(1), PositionError);
  });

  test("1.2 what cannot be carried is refused at send, with its path, and nothing is sent", async () => {
    const take = task("take", (...values: unknown[]) => values.length);
    const app = open(setting);
    const client = app.client();
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    for (const value of [new Date(), new Map(), new URL("http://localhost"), () => 1, Symbol("s"), Number.NaN, cycle]) {
      const error = await rejection(client.send(take, { deep: [value] } as never));
      assert.ok(error instanceof PayloadError, String(error));
      assert.match(error.message, /deep/);
    }
    assert.deepEqual((await client.list()).jobs, []);
  });

  test("1.2 arguments over the cap are refused, at the cap they pass", async () => {
    const app = open(setting, { maxPayloadBytes: 100 });
    const take = task("take", (text: string) => text.length);
    // The list's brackets and the string's quotes count too.
    const job = await app.client().send(take, "x".repeat(96));
    assert.ok(job.id);
    await assert.rejects(app.client().send(take, "x".repeat(97)), PayloadTooLargeError);
    await assert.rejects(app.client().send(take, "é".repeat(49)), PayloadTooLargeError);
  });

  test("1.3 context(): what the job is", async () => {
    const seen: unknown[] = [];
    const look = task(
      "look",
      async () => {
        await nap(1);
        // Below the function, behind an await.
        const deeper = (): void => {
          const job = context();
          seen.push({
            id: job.id,
            task: job.task,
            queue: job.queue,
            attempt: job.attempt,
            left: job.retriesLeft,
            crashes: job.crashes,
            expireAt: job.expireAt,
            meta: job.meta,
            cancelRequested: job.cancelRequested,
            aborted: job.signal.aborted,
            created: typeof job.createdAt,
          });
        };
        deeper();
        if (context().attempt === 1) throw new Error("once more");
      },
      { queue: "looks", retries: 2, backoff: "none" },
    );
    const app = open(setting);
    await work(app, [look]);
    const expireAt = Date.now() + 60_000;
    const job = await app
      .client()
      .with({ expireAt, meta: { tenant: 7n, name: "x" } })
      .send(look);
    await job.result({ timeout: "5s" });
    const shared = {
      id: job.id,
      task: "look",
      queue: "looks",
      crashes: 0,
      expireAt,
      meta: { tenant: 7n, name: "x" },
      cancelRequested: false,
      aborted: false,
      created: "number",
    };
    assert.deepEqual(seen, [
      { ...shared, attempt: 1, left: 2 },
      { ...shared, attempt: 2, left: 1 },
    ]);
    assert.throws(() => context(), ContextMissingError);
  });

  test("1.3 context().progress() and log() reach a reader while the job runs, and stay with it", async () => {
    const end = Promise.withResolvers<void>();
    const tell = task("tell", async () => {
      context().progress({ done: 1 });
      context().log("half way");
      await end.promise;
      context().progress({ done: 2n });
    });
    const app = open(setting);
    await work(app, [tell]);
    const job = await app.client().send(tell);
    const running = await until(async () => {
      const record = await job.peek();
      return record?.progress === undefined ? undefined : record;
    });
    assert.equal(running.state, "running");
    assert.deepEqual(running.progress, { done: 1 });
    assert.deepEqual(
      running.log.map(({ message }) => message),
      ["half way"],
    );
    end.resolve();
    const record = await job.wait({ timeout: "5s" });
    assert.deepEqual(record.progress, { done: 2n });
    assert.equal(record.log.length, 1);
  });

  test("1.3 context().retry(error, { after }) tries again after that time, and never early", async () => {
    const starts: number[] = [];
    const again = task("again", () => {
      starts.push(performance.now());
      if (starts.length === 1) context().retry(new Error("not yet"), { after: 120 });
      return "done";
    });
    const app = open(setting);
    await work(app, [again]);
    const job = await app.client().send(again);
    assert.equal(await job.result({ timeout: "5s" }), "done");
    assert.ok(starts[1]! - starts[0]! >= 119, `after ${starts[1]! - starts[0]!} ms`);
    const { attempts } = await job.wait();
    assert.deepEqual(
      attempts.map(({ outcome, error }) => [outcome, error?.message]),
      [
        ["failed", "not yet"],
        ["succeeded", undefined],
      ],
    );
  });

  test("1.3 context().retry() out of retries fails with its error", async () => {
    const again = task("again", () => context().retry(new RangeError("never"), { after: 1 }), { retries: 1 });
    const app = open(setting);
    await work(app, [again]);
    const record = await (await app.client().send(again)).wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.attempt, 2);
    assert.equal(record.error?.name, "RangeError");
  });

  test("1.3 context().setRetriesLeft() holds for the rest of the job; 0 stops retrying", async () => {
    const left: number[] = [];
    const more = task(
      "more",
      () => {
        if (context().attempt === 1) context().setRetriesLeft(2);
        left.push(context().retriesLeft);
        throw new Error("no");
      },
      { retries: 0, backoff: "none" },
    );
    const none = task(
      "none",
      () => {
        context().setRetriesLeft(0);
        throw new Error("no");
      },
      { retries: 5, backoff: "none" },
    );
    const app = open(setting);
    await work(app, [more, none]);
    const [first, second] = await Promise.all([app.client().send(more), app.client().send(none)]);
    assert.equal((await first.wait({ timeout: "5s" })).attempt, 3);
    assert.deepEqual(left, [2, 1, 0]);
    assert.equal((await second.wait({ timeout: "5s" })).attempt, 1);
  });

  test("1.3 context().fail() fails at once, whatever retries are left", async () => {
    let after = false;
    const stop = task("stop", () => {
      context().fail(new TypeError("hopeless"));
      after = true;
    });
    const app = open(setting);
    await work(app, [stop]);
    const record = await (await app.client().send(stop)).wait({ timeout: "5s" });
    assert.equal(record.state, "failed");
    assert.equal(record.attempt, 1);
    assert.equal(record.error?.name, "TypeError");
    assert.equal(after, false);
  });

  test("1.4 by name: a known task goes to its queue, another to default, and with() says otherwise", async () => {
    const far = task("far", () => "far", { queue: "away", priority: 4 });
    const app = open(setting, { tasks: [far] });
    const client = app.client();
    const known = await (await client.send("far")).peek();
    const unknown = await (await client.send("nobody")).peek();
    const moved = await (await client.with({ queue: "there", priority: 2 }).send("far")).peek();
    assert.deepEqual([known?.queue, known?.priority], ["away", 4]);
    assert.deepEqual([unknown?.queue, unknown?.priority], ["default", 0]);
    assert.deepEqual([moved?.queue, moved?.priority], ["there", 2]);
  });

  test("1.4 sendMany sends many in the order given, and none when one of them is wrong", async () => {
    const ran: number[] = [];
    const note = task("note", (n: number) => {
      ran.push(n);
      return n * 2;
    });
    const app = open(setting);
    const client = app.client();
    await assert.rejects(client.sendMany(note, [[1], [2], [Number.NaN]]), PayloadError);
    await assert.rejects(client.sendMany(note, [[1], [] as never]), ArgumentsError);
    assert.deepEqual((await client.list()).jobs, []);
    assert.deepEqual(await client.sendMany(note, []), []);
    const jobs = await client.sendMany(
      note,
      Array.from({ length: 50 }, (_, at): [number] => [at]),
    );
    await work(app, [note], { queues: { default: 1 } });
    const results = await Promise.all(jobs.map((job) => job.result({ timeout: "10s" })));
    assert.deepEqual(
      results,
      Array.from({ length: 50 }, (_, at) => at * 2),
    );
    assert.deepEqual(
      ran,
      Array.from({ length: 50 }, (_, at) => at),
    );
  });

  test("1.4 sendMany takes more than one chunk", async () => {
    const app = open(setting);
    const jobs = await app.client().sendMany(
      "many",
      Array.from({ length: 2_300 }, (_, at) => [at]),
    );
    assert.equal(new Set(jobs.map(({ id }) => id)).size, 2_300);
    assert.deepEqual(await app.client().queues(), [{ queue: "default", counts: { queued: 2_300 } }]);
    assert.deepEqual((await jobs[2_299]!.peek())?.args, [2_299]);
  });

  test("1.4 with() gives a clone and leaves the client as it was", async () => {
    const app = open(setting);
    const client = app.client();
    const high = client.with({ priority: 9, queue: "a" });
    const low = high.with({ priority: 1 });
    const plain = client.with({ meta: {} });
    const records = await Promise.all([client, high, low, plain].map(async (by) => (await by.send("t")).peek()));
    assert.deepEqual(
      records.map((record) => [record?.queue, record?.priority]),
      [
        ["default", 0],
        ["a", 9],
        ["a", 1],
        ["default", 0],
      ],
    );
    assert.throws(() => client.with({ retrys: 3 } as never), ConfigurationError);
    assert.throws(() => client.with({ priority: 10 }), ConfigurationError);
    assert.throws(() => client.with({ runAfter: -1 }), ConfigurationError);
    assert.throws(() => client.with({ timeout: "soon" }), ConfigurationError);
    assert.throws(() => client.with({ runAt: Number.NaN }), ConfigurationError);
    assert.throws(() => client.with({ id: "with space" }), ConfigurationError);
    assert.throws(() => client.with({ meta: "text" as never }), ConfigurationError);
  });

  test("1.4 the same id sent twice is one job, at once, in one turn, and when it is done", async () => {
    let runs = 0;
    const once = task("once", (n: number) => {
      runs += 1;
      return n;
    });
    const app = open(setting);
    const client = app.client().with({ id: "order-1" });
    const [first, second] = await Promise.all([client.send(once, 1), client.send(once, 2)]);
    assert.deepEqual([first.id, second.id], ["order-1", "order-1"]);
    await work(app, [once]);
    assert.equal(await first.result({ timeout: "5s" }), 1);
    assert.equal(await (await client.send(once, 3)).result({ timeout: "5s" }), 1);
    assert.equal(runs, 1);
    await assert.rejects(client.sendMany(once, [[1], [2]]), ConfigurationError);
    assert.equal((await client.sendMany(once, [[4]]))[0]?.id, "order-1");
  });

  test("1.5 a queued id and an unknown one are told apart", async () => {
    const app = open(setting);
    const client = app.client();
    const job = await client.send("later");
    const record = await client.get(job.id);
    assert.equal(record?.state, "queued");
    assert.equal(record.attempt, 0);
    assert.deepEqual(record.attempts, []);
    assert.equal(record.isFinal, false);
    assert.equal(await client.get("nobody"), undefined);
    assert.equal(await client.job("nobody").isFinished(), false);
    await assert.rejects(client.job("nobody").result({ timeout: "5s" }), JobUnknownError);
    await assert.rejects(client.job("nobody").wait({ timeout: "5s" }), JobUnknownError);
    await assert.rejects(client.cancel("nobody"), JobUnknownError);
  });

  test("1.6 a client shares its app; another app may be configured unlike its workers", async () => {
    const place = setting.place();
    const add = task("add", (a: number, b: number) => a + b, { timeout: "1m" });
    const app = open(setting, {}, place);
    assert.equal(app.client(), app.client());
    await work(app, [add]);
    const elsewhere = open(setting, { maxPayloadBytes: 50, sendTimeout: "3s", retention: "1h" }, place);
    const job = await elsewhere.client().send("add", 1, 2);
    assert.equal(await job.result({ timeout: "5s" }), 3);
    await assert.rejects(elsewhere.client().send("add", "x".repeat(60), 1), PayloadTooLargeError);
    assert.equal(await app.client().job(job.id).result(), 3);
  });

  test("1.7 a client needs no registration to send, wait and read", async () => {
    const place = setting.place();
    const app = open(setting, {}, place);
    const client = open(setting, {}, place).client();
    const job = await client.with({ queue: "web" }).send("shout", "hey");
    const shout = task("shout", (text: string) => text.toUpperCase(), { queue: "web" });
    await work(app, [shout]);
    assert.equal(await job.result({ timeout: "5s" }), "HEY");
  });
});
