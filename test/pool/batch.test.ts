import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { PoolFullError } from "../../src/pool/index.ts";
import { Workshop, rejection } from "./workshop.ts";

function counting(options: ConstructorParameters<typeof Workshop>[0] = {}) {
  const shop = new Workshop(options);
  const calls: string[][] = [];
  const fn = (items: readonly string[]): string => {
    calls.push([...items]);
    return items.join("");
  };
  return { shop, calls, fn };
}

describe("batch", () => {
  test("gives what gathered within its linger to one call, whose value is that of each", async () => {
    const { shop, calls, fn } = counting();
    const batch = shop.pool.batch(fn, { lingerMs: 100 });
    const a = batch.push("a");
    await shop.clock.advance(99);
    const b = batch.push("b");
    await shop.turn();
    assert.deepEqual(calls, []);
    await shop.clock.advance(1);
    const c = batch.push("c");
    await shop.clock.advance(100);
    assert.deepEqual(calls, [["a", "b"], ["c"]]);
    assert.deepEqual([await a.result, await b.result, await c.result], ["ab", "ab", "c"]);
  });

  test("calls at once when it has maxSize items", async () => {
    const { shop, calls, fn } = counting();
    const batch = shop.pool.batch(fn, { maxSize: 2, lingerMs: "1h" });
    for (const item of "abcde") batch.push(item);
    await shop.turn();
    assert.deepEqual(calls, [
      ["a", "b"],
      ["c", "d"],
    ]);
    batch.flush();
    batch.flush();
    await shop.turn();
    assert.deepEqual(calls.at(-1), ["e"]);
  });

  test("goes on gathering while the call waits for its slot", async () => {
    const { shop, calls, fn } = counting({ concurrency: 1 });
    shop.pool.push(shop.held("busy"));
    const batch = shop.pool.batch(fn, { maxSize: 3, lingerMs: 10 });
    batch.push("a");
    await shop.clock.advance(10);
    for (const item of "bcd") batch.push(item);
    await shop.finish("busy");
    await shop.clock.advance(10);
    assert.deepEqual(calls, [["a", "b", "c"], ["d"]]);
  });

  test("without a linger, gathers what comes in a turn", async () => {
    const { shop, calls, fn } = counting();
    const batch = shop.pool.batch(fn, { lingerMs: 0 });
    for (const item of "abc") batch.push(item);
    await shop.turn();
    batch.push("d");
    await shop.turn();
    assert.deepEqual(calls, [["a", "b", "c"], ["d"]]);
  });

  test("retries a call with the same items, and takes no others into it", async () => {
    const shop = new Workshop({ retries: 1, backoff: [1_000] });
    const calls: string[] = [];
    const batch = shop.pool.batch<string, void>(
      (items, { attempt }) => {
        calls.push(`${items.join("")}${attempt}`);
        if (attempt === 1) throw new Error("once");
      },
      { lingerMs: 10 },
    );
    const handle = batch.push("a");
    await shop.clock.advance(10);
    batch.push("b");
    await shop.clock.advance(2_000);
    await handle.result;
    assert.deepEqual(calls.toSorted(), ["a1", "a2", "b1", "b2"]);
  });

  test("a call that fails for good rejects for each of its items, and is one entry of the failure queue", async () => {
    const shop = new Workshop({ retries: 0 });
    const error = new Error("no");
    const batch = shop.pool.batch(() => Promise.reject(error), { lingerMs: 0 });
    const handles = [batch.push(1), batch.push(2)];
    for (const { result } of handles) assert.equal(await rejection(result), error);
    assert.equal(shop.pool.failed.size, 1);
  });

  test("has the options of a push, and takes room as one job", async () => {
    const { shop, calls, fn } = counting({ concurrency: 1, maxQueued: 1, whenFull: "throw" });
    shop.pool.push(shop.held("busy"));
    const batch = shop.pool.batch(fn, { maxSize: 2, lingerMs: 0, priority: 9 });
    await shop.turn();
    batch.push("a");
    batch.push("b");
    assert.throws(() => batch.push("c"), PoolFullError);
    await shop.finish("busy");
    assert.deepEqual(calls, [["a", "b"]]);
  });

  test("a full call that waits for room is refused when its time for that is over", async () => {
    const { shop, calls, fn } = counting({ concurrency: 1, maxQueued: 0, whenFull: { waitMs: 100 } });
    shop.pool.push(shop.held("busy"));
    await shop.turn();
    const batch = shop.pool.batch(fn, { maxSize: 2, lingerMs: 10 });
    batch.push("a");
    const refused = rejection(batch.push("b").accepted);
    await shop.clock.advance(100);
    assert.ok((await refused) instanceof PoolFullError);
    await shop.finish("busy");
    assert.deepEqual(calls, []);
  });

  test("a full call that waits for room does not linger once it has some", async () => {
    const { shop, calls, fn } = counting({ concurrency: 1, maxQueued: 0 });
    shop.pool.push(shop.held("busy"));
    await shop.turn();
    const batch = shop.pool.batch(fn, { maxSize: 2, lingerMs: "1h" });
    const handle = batch.push("a");
    batch.push("b");
    await shop.finish("busy");
    await handle.accepted;
    await shop.turn();
    assert.deepEqual(calls, [["a", "b"]]);
  });
});
