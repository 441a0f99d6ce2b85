import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { BatchTask, type JobCancelledError, Pool, PoolClosedError } from "../../src/pool/index.ts";
import { Workshop, rejection } from "./workshop.ts";

describe("close", () => {
  test("case 6: with 10 jobs in backoff, there are 10 last callbacks, each once", async () => {
    const shop = new Workshop({ concurrency: 10, retries: 3, backoff: [1_000] });
    const called = new Map<number, string[]>();
    for (let at = 0; at < 10; at += 1) {
      called.set(at, []);
      shop.pool.push({
        execute({ attempt }) {
          if (at % 2 === 0 || attempt < 3) throw new Error("not now");
          return at;
        },
        success: () => called.get(at)?.push("success"),
        fail: () => called.get(at)?.push("fail"),
      });
    }
    await shop.turn();
    assert.equal(shop.pool.size, 10);
    const closed = shop.pool.close();
    await shop.clock.advance(10_000);
    assert.deepEqual(await closed, []);
    for (const [at, callbacks] of called) assert.deepEqual(callbacks, [at % 2 === 0 ? "fail" : "success"]);
  });

  test("runs everything that was pushed: what waits, gathers, lingers, is paused or has yet to find room", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 2, lingerMs: 1_000 });
    const batch = shop.pool.batch((items: readonly string[]) => items.join("+"), { lingerMs: 3_600_000 });
    const sum = batch.push("x");
    shop.pool.pause();
    const handles = ["a", "b", "c", "d"].map((name) => shop.pool.push(shop.quick(name)));
    batch.push("y");
    assert.equal(handles.at(-1)?.state, "offered");
    const closed = shop.pool.close();
    assert.throws(() => batch.push("z"), PoolClosedError);
    assert.deepEqual(await closed, []);
    assert.deepEqual(shop.begun.toSorted(), ["a", "b", "c", "d"]);
    assert.equal(await sum.result, "x+y");
    assert.ok(handles.every(({ state }) => state === "succeeded"));
  });

  test("resolves at once for a pool with nothing in it, and the same for every call", async () => {
    const pool = new Pool();
    assert.equal(await pool.close(), await pool.close({ timeout: "1h" }));
  });

  test("await using closes", async () => {
    const log: string[] = [];
    {
      await using pool = new Pool();
      pool.push(async () => {
        await Promise.resolve();
        log.push("ran");
      });
    }
    assert.deepEqual(log, ["ran"]);
  });

  test("waits for callbacks", async () => {
    const shop = new Workshop();
    shop.pool.push({ execute: () => 1, success: shop.held("callback") });
    let closed = false;
    const closing = shop.pool.close().then(() => (closed = true));
    await shop.turn();
    assert.equal(closed, false);
    await shop.finish("callback");
    await closing;
  });
});

describe("close with a timeout", () => {
  test("hands back what did not end: no callback, a promise rejected as closed, and all to push it elsewhere", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 2, retries: 1, backoff: ["1h"] });
    const called: string[] = [];
    const task = (name: string, execute: () => unknown) => ({
      execute,
      success: () => called.push(`${name} success`),
      fail: () => called.push(`${name} fail`),
    });
    const retrying = task("retrying", () => Promise.reject(new Error("once")));
    const running = task("running", shop.held("running"));
    const queued = task("queued", shop.held("queued"));
    const offered = task("offered", shop.held("offered"));
    const options = { priority: 3, key: "k" };
    const handles = [shop.pool.push(retrying)];
    await shop.turn();
    handles.push(shop.pool.push(running));
    await shop.turn();
    handles.push(shop.pool.push(queued, options), shop.pool.push(offered));
    const outcomes = Promise.allSettled(handles.map(({ result }) => result));
    const closed = shop.pool.close({ timeout: "5s" });
    await shop.clock.advance(4_999);
    assert.equal(handles[1]?.state, "running");
    await shop.clock.advance(1);
    const left = await closed;
    assert.deepEqual(
      left.map(({ task, options, state, attempt, attempts }) => [task, options, state, attempt, attempts.length]),
      [
        [running, {}, "running", 1, 0],
        [retrying, {}, "retrying", 1, 1],
        [queued, options, "queued", 0, 0],
        [offered, {}, "offered", 0, 0],
      ],
    );
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === "rejected" && outcome.reason instanceof PoolClosedError);
    }
    await shop.finish("running");
    await shop.clock.advance(7_200_000);
    assert.deepEqual(called, []);
    assert.deepEqual(shop.begun, ["running"]);
    const other = new Workshop();
    for (const { task, options } of left) other.pool.push(task, options);
    assert.equal(other.pool.size, 4);
  });

  test("tells functions that still run by their signal", async () => {
    const shop = new Workshop();
    let reason: unknown;
    const handle = shop.pool.push(({ signal }) => {
      signal.addEventListener("abort", () => (reason = signal.reason));
      return shop.held("a")();
    });
    await shop.turn();
    assert.equal((await shop.pool.close({ timeout: 0 })).length, 1);
    assert.ok(reason instanceof PoolClosedError);
    assert.equal(await rejection(handle.result), reason);
    assert.equal(handle.state, "released");
    assert.equal(handle.cancel(), "released");
  });

  test("hands back nothing if all was done in time, and leaves no timer", async () => {
    const shop = new Workshop();
    shop.pool.push(shop.quick("a"));
    assert.deepEqual(await shop.pool.close({ timeout: "1h" }), []);
    await shop.clock.advance(3_600_000);
    assert.equal(shop.clock.pending, 0);
  });

  test("a thenable that never settles holds close up no longer than that", async () => {
    const shop = new Workshop();
    const never = shop.pool.push(() => new Promise<never>(() => {}));
    const closed = shop.pool.close();
    await shop.clock.advance(60_000);
    assert.equal(never.state, "running");
    void shop.pool.close({ timeout: 100 });
    await shop.clock.advance(100);
    assert.equal((await closed).length, 1);
  });

  test("a batch that is handed back has its items", async () => {
    const shop = new Workshop();
    const batch = shop.pool.batch((items: readonly number[]) => items.length, { lingerMs: "1m" });
    const handles = [batch.push(1), batch.push(2)];
    const [left] = await shop.pool.close({ timeout: 0 });
    assert.ok(left?.task instanceof BatchTask);
    assert.deepEqual(left.task.items, [1, 2]);
    for (const { result } of handles) assert.ok((await rejection(result)) instanceof PoolClosedError);
  });
});

describe("the signal of a pool", () => {
  test("cancels everything and takes in nothing more", async () => {
    const controller = new AbortController();
    const shop = new Workshop({ concurrency: 1, maxQueued: 1, retries: 1, backoff: ["1h"], signal: controller.signal });
    const called: string[] = [];
    const retrying = shop.pool.push({
      execute: () => Promise.reject(new Error("once")),
      fail: ({ state }) => called.push(state),
    });
    await shop.turn();
    const running = shop.pool.push(shop.held("a"));
    await shop.turn();
    const offered = shop.pool.push(shop.held("b"));
    controller.abort("the user left");
    assert.deepEqual([retrying.state, running.state, offered.state], ["cancelled", "running", "refused"]);
    assert.throws(() => shop.pool.push(() => 1), PoolClosedError);
    await shop.finish("a");
    assert.equal(((await rejection(running.result)) as JobCancelledError).cause, "the user left");
    assert.deepEqual(called, ["cancelled"]);
    assert.deepEqual(await shop.pool.close(), []);
  });

  test("that has aborted already makes a pool that takes nothing", () => {
    assert.throws(() => new Pool({ signal: AbortSignal.abort() }).push(() => 1), PoolClosedError);
  });
});
