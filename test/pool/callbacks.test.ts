import assert from "node:assert/strict";
import { describe, test, vi } from "vitest";
import { Pool, type PoolErrorEvent } from "../../src/pool/index.ts";
import { Workshop } from "./workshop.ts";

describe("callbacks", () => {
  test("exactly one is called, once, with the result", async () => {
    const pool = new Pool({ retries: 2, backoff: "none" });
    const log: string[] = [];
    const callbacks = {
      success: ({ value, attempt }: { readonly value: unknown; readonly attempt: number }) =>
        log.push(`success ${String(value)} ${attempt}`),
      fail: ({ error, attempt }: { readonly error: unknown; readonly attempt: number }) =>
        log.push(`fail ${String(error)} ${attempt}`),
    };
    pool.push({ execute: () => 1, ...callbacks });
    pool.push({
      execute: ({ attempt }) => {
        if (attempt < 3) throw new Error("not yet");
        return 2;
      },
      ...callbacks,
    });
    pool.push({ execute: () => Promise.reject(new Error("never")), ...callbacks });
    await pool.onIdle();
    assert.deepEqual(log.toSorted(), ["fail Error: never 3", "success 1 1", "success 2 3"]);
  });

  test("an error in one is told, once, and hurts neither the job nor others", async () => {
    const pool = new Pool({ concurrency: 1, retries: 0 });
    const heard: PoolErrorEvent[] = [];
    pool.on("error", (event) => heard.push(event));
    const bad = new Error("in a callback");
    const throwing = {
      execute: () => "fine",
      success: () => {
        throw bad;
      },
    };
    const rejecting = { execute: () => Promise.reject(new Error("out")), fail: () => Promise.reject(bad) };
    const first = pool.push(throwing);
    const second = pool.push(rejecting);
    const third = pool.push(() => "later");
    assert.equal(await third.result, "later");
    await pool.onIdle();
    assert.deepEqual([await first.result, second.state], ["fine", "failed"]);
    assert.deepEqual(heard, [
      { error: bad, task: throwing, during: "success" },
      { error: bad, task: rejecting, during: "fail" },
    ]);
  });

  test("an error that no listener hears is written to the console", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => {});
    const pool = new Pool();
    pool.push({
      execute: () => 1,
      success: () => {
        throw new Error("unheard");
      },
    });
    await pool.onIdle();
    assert.equal(written.mock.calls.length, 1);
    assert.match(String(written.mock.calls[0]?.join(" ")), /success.*unheard/);
  });

  test("a listener that throws stops no other, and is said", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => {});
    const pool = new Pool();
    const heard: unknown[] = [];
    pool.on("error", () => {
      throw new Error("listener");
    });
    const off = pool.on("error", ({ error }) => heard.push(error));
    const task = { execute: () => 1, success: () => Promise.reject(new Error("callback")) };
    pool.push(task);
    await pool.onIdle();
    off();
    pool.push(task);
    await pool.onIdle();
    assert.equal(heard.length, 1);
    assert.match(String(written.mock.calls[0]?.join(" ")), /listener/);
  });

  test("one that takes its time holds no slot, and is waited for by onIdle", async () => {
    const shop = new Workshop({ concurrency: 1 });
    const callback = shop.held("callback");
    shop.pool.push({ execute: shop.quick("a"), success: callback });
    const next = shop.pool.push(shop.quick("b"));
    assert.equal(await next.result, "b");
    let idle = false;
    const waiting = shop.pool.onIdle().then(() => (idle = true));
    await shop.turn();
    assert.deepEqual([shop.pool.running, idle], [0, false]);
    await shop.finish("callback");
    assert.equal(await waiting, true);
  });

  test("one may push, cancel and close", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1 });
    const other = shop.pool.push(shop.held("other"));
    await shop.turn();
    const log: string[] = [];
    const left = Promise.withResolvers<readonly unknown[]>();
    shop.pool.push({
      execute: shop.quick("a"),
      success: () => {
        shop.pool.push({ execute: shop.quick("b"), success: () => log.push("b") });
        shop.pool.close().then(left.resolve, left.reject);
      },
    });
    await shop.finish("other");
    assert.deepEqual(await left.promise, []);
    assert.deepEqual([log, other.state], [["b"], "succeeded"]);
  });
});
