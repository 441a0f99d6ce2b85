import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { JobCancelledError, Pool, PoolClosedError, type PoolErrorEvent, PoolFullError } from "../../src/pool/index.ts";
import { Workshop, rejection } from "./workshop.ts";

describe("push", () => {
  test("returns a handle before anything of the function runs", async () => {
    const shop = new Workshop();
    const { pool, begun } = shop;
    const handle = pool.push(shop.quick("a"));
    assert.deepEqual([begun, handle.state, pool.size, pool.running], [[], "queued", 1, 0]);
    await shop.turn();
    assert.deepEqual([begun, handle.state, pool.size, pool.running], [["a"], "succeeded", 0, 0]);
  });

  test("gives the value, whenever the result is read, always by the same promise", async () => {
    const pool = new Pool();
    const handle = pool.push(async () => 42);
    await pool.onIdle();
    assert.equal(await handle.result, 42);
    assert.equal(handle.result, handle.result);
    const early = pool.push(() => "no promise");
    const { result } = early;
    assert.equal(await result, "no promise");
    assert.equal(early.result, result);
  });

  test("takes any thenable", async () => {
    const foreign = runInNewContext("Promise.resolve('of another realm')") as PromiseLike<string>;
    assert.ok(!(foreign instanceof Promise));
    assert.equal(await new Pool().run(() => foreign), "of another realm");
  });

  test("rejects the result with what was thrown, as it was thrown: in time or not, an error or not", async () => {
    const pool = new Pool({ retries: 0 });
    const error = new RangeError("mine");
    const failures: unknown[] = [];
    const fail = ({ error }: { readonly error: unknown }): void => void failures.push(error);
    for (const thrown of [error, undefined, null, 0, "text"]) {
      const execute = (): Promise<never> => Promise.reject(thrown);
      assert.equal(await rejection(pool.run(execute)), thrown);
      assert.equal(await rejection(pool.push({ execute, fail }).result), thrown);
      const late = pool.push(execute);
      await pool.onIdle();
      assert.equal(await rejection(late.result), thrown);
    }
    assert.deepEqual(failures, [error, undefined, null, 0, "text"]);
    const sync = pool.push(() => {
      throw error;
    });
    assert.equal(await rejection(sync.result), error);
  });

  test("rejects nothing that nobody has asked for", async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", hear);
    try {
      const shop = new Workshop({ retries: 0 });
      shop.pool.push(() => Promise.reject(new Error("not asked for")));
      const caught = shop.pool.run(() => Promise.reject(new Error("asked for")));
      await rejection(caught);
      await shop.turn();
      assert.equal(shop.pool.failed.size, 2);
    } finally {
      process.off("unhandledRejection", hear);
    }
    assert.deepEqual(unhandled, []);
  });

  test("calls a task object's methods on the object", async () => {
    class Doubled {
      value = 21;
      seen: number | undefined;
      execute(): number {
        return this.value * 2;
      }
      success({ value }: { readonly value: number }): void {
        this.seen = value;
      }
    }
    const task = new Doubled();
    assert.equal(await new Pool().run(task), 42);
    assert.equal(task.seen, 42);
  });
});

describe("slots", () => {
  test("are fifty unless told otherwise, and never exceeded", async () => {
    const shop = new Workshop();
    for (let at = 0; at < 60; at += 1) shop.pool.push(shop.held(String(at)));
    await shop.turn();
    assert.deepEqual([shop.begun.length, shop.pool.running, shop.pool.size], [50, 50, 10]);
    await shop.finish("7");
    assert.deepEqual([shop.begun.length, shop.pool.running, shop.pool.size], [51, 50, 9]);
  });

  test("can be more or fewer from now on", async () => {
    const shop = new Workshop({ concurrency: 1 });
    for (const name of ["a", "b", "c", "d", "e"]) shop.pool.push(shop.held(name));
    await shop.turn();
    shop.pool.concurrency = 3;
    await shop.turn();
    assert.deepEqual(shop.begun, ["a", "b", "c"]);
    shop.pool.concurrency = 1;
    await shop.finish("a");
    await shop.finish("b");
    assert.deepEqual([shop.begun, shop.pool.running], [["a", "b", "c"], 1]);
    await shop.finish("c");
    assert.deepEqual([shop.begun.at(-1), shop.pool.running], ["d", 1]);
  });
});

describe("order", () => {
  test("is that of the pushes, higher priorities first", async () => {
    const shop = new Workshop({ concurrency: 1 });
    for (const [name, priority] of [
      ["a", 0],
      ["b", 3],
      ["c", 0],
      ["d", 9],
      ["e", 3],
    ] as const) {
      shop.pool.push(shop.quick(name), { priority });
    }
    shop.pool.push(shop.quick("f"));
    await shop.pool.onIdle();
    assert.deepEqual(shop.begun, ["d", "b", "e", "a", "c", "f"]);
  });

  test("a paused pool starts nothing, and goes on where it was", async () => {
    const shop = new Workshop({ concurrency: 1 });
    shop.pool.push(shop.held("a"));
    shop.pool.push(shop.quick("b"));
    await shop.turn();
    shop.pool.pause();
    await shop.finish("a");
    assert.deepEqual([shop.begun, shop.pool.isPaused, shop.pool.size], [["a"], true, 1]);
    shop.pool.resume();
    await shop.pool.onIdle();
    assert.deepEqual([shop.begun, shop.pool.isPaused], [["a", "b"], false]);
  });

  test("onIdle waits for what is pushed meanwhile, and resolves at once where nothing is to do", async () => {
    const shop = new Workshop();
    await shop.pool.onIdle();
    const order: string[] = [];
    shop.pool.push(async () => {
      await Promise.resolve();
      void shop.pool.run(() => order.push("inner"));
      order.push("outer");
    });
    await shop.pool.onIdle();
    assert.deepEqual(order, ["outer", "inner"]);
  });
});

describe("room", () => {
  test("a push that finds none waits for it; accepted says when it has come", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1 });
    const [a, b, c] = ["a", "b", "c"].map((name) => shop.pool.push(shop.held(name)));
    await shop.turn();
    assert.deepEqual([a?.state, b?.state, c?.state], ["running", "queued", "offered"]);
    const log: string[] = [];
    void a?.accepted.then(() => log.push("a"));
    void c?.accepted.then(() => log.push("c"));
    await shop.turn();
    assert.deepEqual(log, ["a"]);
    await shop.finish("a");
    assert.deepEqual([log, shop.pool.size], [["a", "c"], 1]);
    await shop.finish("b");
    await shop.finish("c");
    assert.equal(await c?.result, "c");
  });

  test("with free slots there is room beside what waits", async () => {
    const shop = new Workshop({ concurrency: 2, maxQueued: 0, whenFull: "throw" });
    shop.pool.push(shop.held("a"));
    shop.pool.push(shop.held("b"));
    assert.throws(() => shop.pool.push(shop.held("c")), PoolFullError);
    await shop.turn();
    assert.throws(() => shop.pool.push(shop.held("c")), PoolFullError);
    await shop.finish("a");
    shop.pool.push(shop.held("d"));
    await shop.turn();
    assert.deepEqual(shop.begun, ["a", "b", "d"]);
  });

  test('whenFull "throw" refuses at the call, and run by its rejection', async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1, whenFull: "throw" });
    shop.pool.push(shop.held("a"));
    shop.pool.push(shop.held("b"));
    assert.throws(
      () => shop.pool.push(shop.held("c")),
      (error) => error instanceof PoolFullError && error.retryable && error.details["maxQueued"] === 1,
    );
    assert.ok((await rejection(shop.pool.run(shop.held("c")))) instanceof PoolFullError);
  });

  test("waitMs refuses when the time is over, by both promises, and calls no callback", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0, whenFull: { waitMs: 100 } });
    shop.pool.push(shop.held("a"));
    const called: string[] = [];
    const late = shop.pool.push({ execute: shop.held("b"), fail: () => called.push("fail") });
    const both = Promise.allSettled([late.accepted, late.result]);
    await shop.clock.advance(99);
    assert.equal(late.state, "offered");
    await shop.clock.advance(1);
    assert.equal(late.state, "refused");
    for (const outcome of await both) {
      assert.ok(outcome.status === "rejected" && outcome.reason instanceof PoolFullError);
    }
    await shop.finish("a");
    assert.deepEqual([shop.begun, called], [["a"], []]);
  });

  test("waitMs does not refuse what has found room in time", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0, whenFull: { waitMs: "100ms" } });
    shop.pool.push(shop.held("a"));
    const waiting = shop.pool.push(shop.held("b"));
    await shop.clock.advance(50);
    await shop.finish("a");
    await shop.clock.advance(1_000);
    assert.equal(waiting.state, "running");
    await shop.finish("b");
    assert.equal(await waiting.result, "b");
  });

  test("a refusal that nobody would hear of is told as an error of the pool", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0, whenFull: { waitMs: 10 } });
    const heard: PoolErrorEvent[] = [];
    shop.pool.on("error", (event) => heard.push(event));
    shop.pool.push(shop.held("a"));
    const task = shop.held("b");
    shop.pool.push(task);
    await shop.clock.advance(10);
    assert.equal(heard.length, 1);
    assert.ok(heard[0]?.error instanceof PoolFullError);
    assert.deepEqual([heard[0]?.task, heard[0]?.during], [task, "push"]);
  });

  test("one that waits for room may be cancelled, and was never accepted", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0 });
    shop.pool.push(shop.held("a"));
    const waiting = shop.pool.push(shop.held("b"));
    assert.equal(waiting.cancel(), "refused");
    assert.ok((await rejection(waiting.accepted)) instanceof JobCancelledError);
    assert.ok((await rejection(waiting.result)) instanceof JobCancelledError);
    await shop.finish("a");
    assert.deepEqual([shop.begun, shop.pool.size], [["a"], 0]);
  });

  test("one that waits for room is cancelled by its signal, before or after the push, and leaves no listener", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0 });
    shop.pool.push(shop.held("a"));
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = shop.pool.push(shop.held("b"), { signal });
    const refused = shop.pool.push(shop.held("c"), { signal });
    assert.equal(refused.cancel(), "refused");
    const reason = new Error("enough");
    controller.abort(reason);
    assert.equal(waiting.state, "refused");
    const error = await rejection(waiting.result);
    assert.ok(error instanceof JobCancelledError && error.cause === reason);
    const late = shop.pool.push(shop.held("d"), { signal });
    assert.ok((await rejection(late.accepted)) instanceof JobCancelledError);
    assert.equal(getEventListeners(signal, "abort").length, 0);
    await shop.finish("a");
    assert.deepEqual([shop.begun, shop.pool.size], [["a"], 0]);
  });

  test("comes with a cancellation, a resume and a slot more, too", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1 });
    shop.pool.push(shop.held("a"));
    const queued = shop.pool.push(shop.held("b"));
    await shop.turn();
    const offered = ["c", "d", "e", "f"].map((name) => shop.pool.push(shop.held(name)));
    const states = (): string[] => offered.map(({ state }) => state);
    assert.deepEqual(states(), ["offered", "offered", "offered", "offered"]);
    queued.cancel();
    assert.deepEqual(states(), ["queued", "offered", "offered", "offered"]);
    shop.pool.concurrency = 2;
    await shop.turn();
    assert.deepEqual(states(), ["running", "queued", "offered", "offered"]);
    shop.pool.pause();
    await shop.finish("a");
    assert.deepEqual(states(), ["running", "queued", "offered", "offered"]);
    shop.pool.resume();
    await shop.turn();
    assert.deepEqual(states(), ["running", "running", "queued", "offered"]);
  });

  test("priorities hold among those that wait for it", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1 });
    shop.pool.push(shop.held("a"));
    await shop.turn();
    for (const [name, priority] of [
      ["b", 0],
      ["c", 0],
      ["d", 5],
    ] as const) {
      shop.pool.push(shop.quick(name), { priority });
    }
    await shop.finish("a");
    await shop.pool.onIdle();
    assert.deepEqual(shop.begun, ["a", "b", "d", "c"]);
  });
});

test("after close, push throws and run rejects", async () => {
  const pool = new Pool();
  await pool.close();
  assert.throws(() => pool.push(() => 1), PoolClosedError);
  assert.ok((await rejection(pool.run(() => 1))) instanceof PoolClosedError);
});
