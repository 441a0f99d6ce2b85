import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { Workshop } from "./workshop.ts";

describe("keys", () => {
  test("jobs of one key run one at a time, in their order, and hold up no others", async () => {
    const shop = new Workshop({ concurrency: 3 });
    for (const name of ["a1", "a2", "a3", "b1", "c1", "d1"]) {
      shop.pool.push(shop.held(name), { key: name[0] });
    }
    await shop.turn();
    assert.deepEqual(shop.begun, ["a1", "b1", "c1"]);
    await shop.finish("b1");
    assert.deepEqual(shop.begun.slice(3), ["d1"]);
    await shop.finish("c1");
    assert.equal(shop.pool.running, 2);
    await shop.finish("a1");
    await shop.finish("a2");
    assert.deepEqual(shop.begun.slice(4), ["a2", "a3"]);
  });

  test("or as many as concurrencyPerKey says; keys are compared as a Map does", async () => {
    const shop = new Workshop({ concurrencyPerKey: 2 });
    const [one, other] = [{}, {}];
    for (const [name, key] of [
      ["a", one],
      ["b", one],
      ["c", one],
      ["d", other],
      ["e", Number.NaN],
      ["f", Number.NaN],
      ["g", Number.NaN],
    ] as const) {
      shop.pool.push(shop.held(name), { key });
    }
    await shop.turn();
    assert.deepEqual(shop.begun, ["a", "b", "d", "e", "f"]);
    await shop.finish("b");
    assert.deepEqual(shop.begun.slice(5), ["c"]);
  });

  test("a job in backoff holds no seat of its key", async () => {
    const shop = new Workshop({ backoff: [1_000] });
    shop.pool.push(shop.held("a"), { key: 1 });
    shop.pool.push(shop.held("b"), { key: 1 });
    await shop.turn();
    await shop.throw("a", new Error("once"));
    assert.deepEqual(shop.begun, ["a", "b"]);
    await shop.clock.advance(1_000);
    assert.deepEqual(shop.begun, ["a", "b"]);
    await shop.finish("b");
    assert.deepEqual(shop.begun, ["a", "b", "a"]);
  });

  test("when one that was next is cancelled, the one behind it is next", async () => {
    const shop = new Workshop({ concurrency: 2 });
    const jobs = ["a", "b", "c", "d"].map((name) => shop.pool.push(shop.held(name), { key: 1 }));
    await shop.turn();
    jobs[2]?.cancel();
    shop.pool.pause();
    await shop.finish("a");
    jobs[1]?.cancel();
    shop.pool.resume();
    await shop.turn();
    assert.deepEqual(shop.begun, ["a", "d"]);
  });

  test("one that was held up by its key comes before those that were pushed later", async () => {
    const shop = new Workshop({ concurrency: 2 });
    for (const name of ["a1", "b", "a2"]) shop.pool.push(shop.held(name), name === "b" ? {} : { key: "a" });
    await shop.turn();
    shop.pool.push(shop.quick("a3"), { key: "a" });
    shop.pool.push(shop.held("c"));
    shop.pool.push(shop.held("d"));
    await shop.finish("b");
    assert.deepEqual(shop.begun, ["a1", "b", "c"]);
    await shop.finish("a1");
    await shop.finish("a2");
    assert.deepEqual(shop.begun, ["a1", "b", "c", "a2", "a3", "d"]);
  });

  test("a higher priority is heeded within a key", async () => {
    const shop = new Workshop({ concurrency: 2 });
    shop.pool.push(shop.held("a"), { key: 1 });
    await shop.turn();
    shop.pool.push(shop.held("b"), { key: 1 });
    await shop.turn();
    shop.pool.push(shop.held("c"), { key: 1, priority: 5 });
    await shop.turn();
    await shop.finish("a");
    assert.deepEqual(shop.begun, ["a", "c"]);
  });
});

describe("a rate limit", () => {
  test("lets no more attempts begin in any span of its interval, retries included", async () => {
    const shop = new Workshop({ rateLimit: { limit: 2, interval: "1s" }, retries: 1, backoff: "none" });
    const starts: number[] = [];
    const begin = shop.clock.now();
    for (let at = 0; at < 3; at += 1) {
      shop.pool.push(({ attempt }) => {
        starts.push(shop.clock.now() - begin);
        if (at === 0 && attempt === 1) throw new Error("once");
      });
    }
    await shop.clock.advance(600);
    shop.pool.push(() => void starts.push(shop.clock.now() - begin));
    await shop.clock.advance(10_000);
    assert.deepEqual(starts, [0, 0, 1_000, 1_000, 2_000]);
  });

  test("is not used up by time in which nothing began", async () => {
    const shop = new Workshop({ rateLimit: { limit: 1, interval: 100 } });
    await shop.clock.advance(1_000);
    for (const name of ["a", "b", "c"]) shop.pool.push(shop.quick(name));
    await shop.clock.advance(100);
    assert.deepEqual(shop.begun, ["a", "b"]);
    await shop.clock.advance(100);
    assert.deepEqual(shop.begun, ["a", "b", "c"]);
  });

  test("keeps no process alive once nothing waits", async () => {
    const shop = new Workshop({ rateLimit: { limit: 1, interval: "1h" } });
    const intervals = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = intervals();
    shop.pool.push(shop.quick("a"));
    const cancelled = shop.pool.push(shop.quick("b"));
    await shop.turn();
    assert.equal(intervals(), before + 1);
    cancelled.cancel();
    assert.equal(intervals(), before);
  });
});

describe("linger", () => {
  test("gathers pushes for that long, and starts them together", async () => {
    const shop = new Workshop({ lingerMs: 100 });
    shop.pool.push(shop.quick("a"));
    await shop.clock.advance(99);
    shop.pool.push(shop.quick("b"));
    await shop.turn();
    assert.deepEqual([shop.begun, shop.pool.size], [[], 2]);
    await shop.clock.advance(1);
    assert.deepEqual(shop.begun, ["a", "b"]);
    shop.pool.push(shop.quick("c"));
    await shop.clock.advance(99);
    assert.equal(shop.begun.length, 2);
    await shop.clock.advance(1);
    assert.deepEqual(shop.begun, ["a", "b", "c"]);
  });

  test("ends early when every slot can be filled", async () => {
    const shop = new Workshop({ concurrency: 3, lingerMs: 100 });
    for (const name of ["a", "b", "c"]) shop.pool.push(shop.quick(name));
    await shop.turn();
    assert.deepEqual(shop.begun, ["a", "b", "c"]);
    shop.pool.push(shop.quick("d"));
    await shop.clock.advance(99);
    assert.equal(shop.begun.length, 3);
    await shop.clock.advance(1);
    assert.equal(shop.begun.length, 4);
  });

  test("does not delay retries, and heeds priorities", async () => {
    const shop = new Workshop({ concurrency: 5, lingerMs: 1_000, backoff: [1] });
    const flaky = shop.pool.push(({ attempt }) => {
      if (attempt === 1) throw new Error("once");
    });
    shop.pool.push(shop.quick("low"));
    shop.pool.push(shop.quick("high"), { priority: 1 });
    await shop.clock.advance(1_000);
    await shop.clock.advance(1);
    assert.deepEqual([flaky.state, shop.begun], ["succeeded", ["high", "low"]]);
  });

  test("what gathers may be cancelled", async () => {
    const shop = new Workshop({ lingerMs: 100 });
    const handle = shop.pool.push(shop.quick("a"));
    assert.equal(handle.cancel(), "cancelled");
    shop.pool.push(shop.quick("b"));
    await shop.clock.advance(100);
    assert.deepEqual(shop.begun, ["b"]);
  });
});
