import assert from "node:assert/strict";
import { describe, test, vi } from "vitest";
import {
  JobCancelledError,
  PermanentError,
  Pool,
  type PoolFailure,
  type PoolOptions,
  type PoolSuccess,
  type PushOptions,
  TaskHungError,
  TaskTimeoutError,
} from "../../src/pool/index.ts";
import { FakeClock } from "../../src/testing/index.ts";
import { Workshop, rejection } from "./workshop.ts";

/** Pauses between the attempts of a job that always fails, and its result. */
async function gaps(
  options: PoolOptions,
  push: PushOptions = {},
  random?: () => number,
): Promise<{ readonly gapsMs: number[]; readonly result: PoolFailure }> {
  const clock = new FakeClock();
  const pool = new Pool({ maxAttemptsKept: 100, ...options }, { clock, ...(random === undefined ? {} : { random }) });
  const failed = Promise.withResolvers<PoolFailure>();
  const execute = (): never => {
    throw new Error("always");
  };
  pool.push({ execute, fail: failed.resolve }, push);
  await clock.advance(3_600_000);
  const result = await failed.promise;
  const gapsMs = result.attempts.slice(1).map(({ startedAt }, at) => startedAt - (result.attempts[at]?.endedAt ?? 0));
  return { gapsMs, result };
}

describe("backoff", () => {
  test("doubles from 100 ms to 50 s over ten retries, unless told otherwise", async () => {
    const { gapsMs, result } = await gaps({});
    assert.deepEqual(gapsMs, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 50_000]);
    assert.deepEqual([result.attempt, result.state, (result.error as Error).message], [11, "failed", "always"]);
  });

  test.each<[string, PoolOptions, PushOptions, number[]]>([
    ["a base and a cap", { retries: 4, backoff: { baseMs: 10, maxMs: 25 } }, {}, [10, 20, 25, 25]],
    ["a list sets the retries", { backoff: [5, "8ms", 9] }, {}, [5, 8, 9]],
    ["a list of one, for fixed gaps", { retries: 3, backoff: [7] }, {}, [7, 7, 7]],
    ["none", { retries: 2, backoff: "none" }, {}, [0, 0]],
    ["a push over its pool", { retries: 1, backoff: [1] }, { retries: 2, backoff: [3] }, [3, 3]],
    ["retries of a push alone", { backoff: [4] }, { retries: 2 }, [4, 4]],
  ])("%s", async (_, options, push, expected) => {
    assert.deepEqual((await gaps(options, push)).gapsMs, expected);
  });

  test("never overflows, however many the retries", async () => {
    const { gapsMs } = await gaps({ retries: 1_100, backoff: { baseMs: 1, maxMs: 1_000 }, maxAttemptsKept: 2_000 });
    assert.equal(gapsMs.length, 1_100);
    assert.ok(gapsMs.slice(10).every((gap) => gap === 1_000));
  });

  test("jitter draws from 0 to the delay", async () => {
    const backoff = { baseMs: 100, jitter: true };
    assert.deepEqual((await gaps({ retries: 3, backoff }, {}, () => 0.5)).gapsMs, [50, 100, 200]);
  });

  test.each([0, -1, -10])("with %i retries, it fails at once", async (retries) => {
    const { result } = await gaps({ retries });
    assert.deepEqual([result.attempt, result.attempts.length], [1, 1]);
  });

  test("waits outside the slot", async () => {
    const shop = new Workshop({ concurrency: 1, retries: 1, backoff: [1_000] });
    const failing = shop.pool.push(shop.held("a"));
    shop.pool.push(shop.held("b"));
    await shop.turn();
    await shop.throw("a", new Error("once"));
    assert.deepEqual([failing.state, shop.begun, shop.pool.size, shop.pool.running], ["retrying", ["a", "b"], 1, 1]);
    await shop.clock.advance(1_000);
    assert.deepEqual([failing.state, shop.begun], ["retrying", ["a", "b"]]);
    await shop.finish("b");
    await shop.finish("a");
    assert.equal(await failing.result, "a");
  });

  test("takes one timer for any number of jobs", async () => {
    const shop = new Workshop({ concurrency: 100, retries: 1, backoff: ["1h"], timeout: "1m" });
    for (let at = 0; at < 100; at += 1) shop.pool.push(() => Promise.reject(new Error("once")));
    await shop.turn();
    assert.deepEqual([shop.pool.size, shop.clock.pending], [100, 1]);
    assert.equal((await shop.pool.close({ timeout: 0 })).length, 100);
  });
});

describe("attempts", () => {
  test("case 7: of 11 executions with 3 attempts kept, the last 3 are, the 11th among them", async () => {
    const { result } = await gaps({ maxAttemptsKept: 3 });
    assert.deepEqual(
      result.attempts.map(({ number, outcome }) => [number, outcome]),
      [
        [9, "failed"],
        [10, "failed"],
        [11, "failed"],
      ],
    );
    assert.equal(result.attempt, 11);
  });

  test("eleven are kept unless told otherwise, and none where none are wanted", async () => {
    assert.equal((await gaps({ retries: 20, maxAttemptsKept: 11, backoff: "none" })).result.attempts.length, 11);
    assert.deepEqual((await gaps({ retries: 2, maxAttemptsKept: 0 })).result.attempts, []);
  });

  test("a success after failures has them all, with times that fit", async () => {
    const shop = new Workshop({ backoff: [100, 200], concurrency: 1 });
    const told = Promise.withResolvers<PoolSuccess<string>>();
    const start = shop.clock.now();
    shop.pool.push(shop.held("before"));
    const task = shop.held("a");
    shop.pool.push({ execute: task, success: told.resolve });
    await shop.clock.advance(10);
    await shop.finish("before");
    await shop.clock.advance(5);
    await shop.throw("a", new Error("first"));
    await shop.clock.advance(100);
    await shop.finish("a");
    const result = await told.promise;
    assert.deepEqual(
      {
        ...result,
        attempts: result.attempts.map(({ error, ...rest }) => ({ ...rest, said: (error as Error)?.message })),
      },
      {
        state: "succeeded",
        value: "a",
        attempt: 2,
        pushedAt: start,
        startedAt: start + 115,
        endedAt: start + 115,
        attempts: [
          { number: 1, startedAt: start + 10, endedAt: start + 15, outcome: "failed", said: "first" },
          { number: 2, startedAt: start + 115, endedAt: start + 115, outcome: "succeeded", said: undefined },
        ],
      },
    );
  });

  test("times do not bend when the wall clock is set back", async () => {
    const shop = new Workshop();
    const told = Promise.withResolvers<PoolSuccess<string>>();
    shop.pool.push({ execute: shop.held("a"), success: told.resolve });
    await shop.turn();
    shop.clock.set(0);
    await shop.clock.advance(30);
    await shop.finish("a");
    const { endedAt, startedAt } = await told.promise;
    assert.equal(endedAt - (startedAt ?? 0), 30);
  });

  test("the function is told which attempt it is, and how many may follow", async () => {
    const seen: [number, number][] = [];
    await rejection(
      new Pool({ retries: 2, backoff: "none" }).run(({ attempt, retriesLeft }) => {
        seen.push([attempt, retriesLeft]);
        throw new Error("always");
      }),
    );
    assert.deepEqual(seen, [
      [1, 2],
      [2, 1],
      [3, 0],
    ]);
  });

  test("a PermanentError is not retried", async () => {
    const { pool } = new Workshop();
    const handle = pool.push(() => {
      throw new PermanentError("no use");
    });
    assert.ok((await rejection(handle.result)) instanceof PermanentError);
    assert.equal(pool.failed.list()[0]?.attempt, 1);
  });

  test('with retryOn "timeout", an error is not retried, and a timeout is', async () => {
    const shop = new Workshop({ retryOn: "timeout", timeout: 10, retries: 1, backoff: "none" });
    const failing = shop.pool.push(() => Promise.reject(new Error("mine")));
    assert.equal(((await rejection(failing.result)) as Error).message, "mine");
    const slow = shop.pool.push(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    await shop.clock.advance(10);
    await shop.clock.advance(10);
    assert.ok((await rejection(slow.result)) instanceof TaskTimeoutError);
    assert.deepEqual(
      shop.pool.failed.list().map(({ attempt }) => attempt),
      [1, 2],
    );
  });
});

describe("a timeout", () => {
  test("is told by the signal; what the function brings after it is dropped, and the next attempt comes after it", async () => {
    const shop = new Workshop({ concurrency: 1, timeout: 100, backoff: [0] });
    let reason: unknown;
    let attempts = 0;
    const handle = shop.pool.push((context) => {
      attempts += 1;
      if (context.attempt === 2) return "in time";
      context.signal.addEventListener("abort", () => (reason = context.signal.reason));
      return shop.held("slow")();
    });
    await shop.clock.advance(100);
    assert.ok(reason instanceof TaskTimeoutError);
    assert.deepEqual([handle.state, attempts, shop.pool.running], ["running", 1, 1]);
    await shop.finish("slow");
    await shop.clock.advance(1);
    assert.deepEqual([await handle.result, attempts], ["in time", 2]);
  });

  test("is a failure that says so", async () => {
    const shop = new Workshop({ retries: 0 });
    const told = Promise.withResolvers<PoolFailure>();
    shop.pool.push({ execute: shop.held("slow"), fail: told.resolve }, { timeout: "2s" });
    await shop.clock.advance(2_000);
    await shop.finish("slow");
    const { error, attempts } = await told.promise;
    assert.ok(error instanceof TaskTimeoutError && error.message.includes("2000 ms"));
    assert.equal(attempts[0]?.outcome, "timeout");
  });

  test("that a function ignores ends its job as hung after a while; the slot stays taken until it returns", async () => {
    const shop = new Workshop({ concurrency: 1, timeout: 100, hang: 50, retries: 5 });
    const told: PoolFailure[] = [];
    const hung = shop.pool.push({ execute: shop.held("deaf"), fail: (result) => told.push(result) });
    const next = shop.pool.push(shop.quick("next"));
    await shop.clock.advance(149);
    assert.equal(hung.state, "running");
    await shop.clock.advance(1);
    assert.equal(hung.state, "failed");
    assert.ok((await rejection(hung.result)) instanceof TaskHungError);
    assert.deepEqual([told.length, told[0]?.attempts[0]?.outcome, shop.pool.running], [1, "hung", 1]);
    await shop.finish("deaf");
    assert.deepEqual([told.length, next.state, shop.pool.running], [1, "succeeded", 0]);
  });

  test("does nothing to a function that returned in time", async () => {
    const shop = new Workshop({ timeout: 100 });
    const handle = shop.pool.push(shop.held("a"));
    await shop.clock.advance(99);
    await shop.finish("a");
    await shop.clock.advance(10_000);
    assert.equal(await handle.result, "a");
  });
});

describe("cancelling", () => {
  test("ends a job that waits at once, before it runs", async () => {
    const shop = new Workshop({ concurrency: 1 });
    shop.pool.push(shop.held("a"));
    const told: PoolFailure[] = [];
    const waiting = shop.pool.push({ execute: shop.held("b"), fail: (result) => told.push(result) });
    await shop.turn();
    assert.equal(waiting.cancel("not needed"), "cancelled");
    assert.equal(waiting.cancel(), "cancelled");
    const error = await rejection(waiting.result);
    assert.ok(error instanceof JobCancelledError && error.cause === "not needed");
    await shop.finish("a");
    await shop.pool.onIdle();
    assert.deepEqual([shop.begun, told.length], [["a"], 1]);
    assert.deepEqual([told[0]?.state, told[0]?.attempt, told[0]?.startedAt], ["cancelled", 0, undefined]);
    assert.equal(shop.pool.failed.size, 0);
  });

  test("ends a job that waits for a retry, with its attempts", async () => {
    const shop = new Workshop({ backoff: ["1h"] });
    const told: PoolFailure[] = [];
    const handle = shop.pool.push({ execute: () => Promise.reject(new Error("once")), fail: (end) => told.push(end) });
    await shop.turn();
    assert.equal(handle.state, "retrying");
    handle.cancel();
    await shop.pool.onIdle();
    assert.deepEqual([told.length, told[0]?.attempts.length, shop.pool.size], [1, 1, 0]);
    await shop.clock.advance(3_600_000);
    assert.equal(told.length, 1);
  });

  test("tells a running function, and beats the value that it returns", async () => {
    const shop = new Workshop();
    let reason: unknown;
    const handle = shop.pool.push(({ signal }) => {
      signal.addEventListener("abort", () => (reason = signal.reason));
      return shop.held("a")();
    });
    await shop.turn();
    assert.equal(handle.cancel(), "running");
    assert.ok(reason instanceof JobCancelledError);
    await shop.finish("a");
    assert.equal(handle.state, "cancelled");
    assert.equal(await rejection(handle.result), reason);
  });

  test("does not wait for ever for a function that ignores it", async () => {
    const shop = new Workshop({ concurrency: 1 });
    const handle = shop.pool.push(shop.held("deaf"));
    await shop.turn();
    handle.cancel();
    await shop.clock.advance(30_000);
    assert.deepEqual([handle.state, shop.pool.running], ["cancelled", 1]);
    await shop.finish("deaf");
    assert.equal(shop.pool.running, 0);
  });

  test("a job may cancel itself: its signal aborts, and it is cancelled when it returns", async () => {
    const pool = new Pool();
    let aborted: boolean | undefined;
    const handle = pool.push(({ signal }) => {
      handle.cancel("of my own will");
      aborted = signal.aborted;
      return "dropped";
    });
    assert.equal(((await rejection(handle.result)) as JobCancelledError).cause, "of my own will");
    assert.deepEqual([aborted, handle.state], [true, "cancelled"]);
  });

  test("beats a timeout that came first", async () => {
    const shop = new Workshop({ timeout: 10 });
    const handle = shop.pool.push(shop.held("a"));
    await shop.clock.advance(10);
    handle.cancel();
    await shop.finish("a");
    assert.equal(handle.state, "cancelled");
  });

  test("a signal cancels its jobs, wherever they are, and is listened to once", async () => {
    const shop = new Workshop({ concurrency: 1, retries: 0 });
    const controller = new AbortController();
    const { signal } = controller;
    const listen = vi.spyOn(signal, "addEventListener");
    const jobs = ["a", "b", "c"].map((name) => shop.pool.push(shop.held(name), { signal }));
    const other = shop.pool.push(shop.quick("d"));
    await shop.turn();
    controller.abort("enough");
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ["running", "cancelled", "cancelled"],
    );
    await shop.finish("a");
    for (const job of jobs) assert.equal(((await rejection(job.result)) as JobCancelledError).cause, "enough");
    assert.equal(await other.result, "d");
    assert.equal(listen.mock.calls.length, 1);
  });

  test("a signal that has aborted already lets nothing run, and calls nothing within the push", async () => {
    const shop = new Workshop();
    const told: string[] = [];
    const task = { execute: shop.quick("a"), fail: () => told.push("fail") };
    const handle = shop.pool.push(task, { signal: AbortSignal.abort() });
    assert.deepEqual(told, []);
    assert.ok((await rejection(handle.result)) instanceof JobCancelledError);
    assert.deepEqual([shop.begun, told], [[], ["fail"]]);
  });

  test("a signal that aborts in the turn of the push lets nothing run", async () => {
    const shop = new Workshop();
    const controller = new AbortController();
    const handle = shop.pool.push(shop.quick("a"), { signal: controller.signal });
    controller.abort();
    await shop.turn();
    assert.deepEqual([handle.state, shop.begun], ["cancelled", []]);
  });
});
