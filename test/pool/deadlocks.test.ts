import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { Pool, PoolDeadlockError, type PoolErrorEvent } from "../../src/pool/index.ts";
import { Workshop, rejection } from "./workshop.ts";

describe("a deadlock", () => {
  test("a job that waits for room in its own full pool is refused it, with a typed error", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 1 });
    const errors: unknown[] = [];
    const outer = shop.pool.push(async () => {
      await Promise.resolve();
      shop.pool.push(shop.quick("fits"));
      const inner = shop.pool.push(shop.quick("does not"));
      errors.push(await rejection(inner.accepted), await rejection(inner.result));
      return "went on";
    });
    await shop.clock.advance(5_000);
    assert.equal(await outer.result, "went on");
    assert.equal(errors[0], errors[1]);
    assert.ok(errors[0] instanceof PoolDeadlockError);
    await shop.turn();
    assert.deepEqual(shop.begun, ["fits"]);
  });

  test("over several slots, the last to ask is refused, and the others go on", async () => {
    const shop = new Workshop({ concurrency: 2, maxQueued: 0 });
    const refused: string[] = [];
    const outer = (name: string) => async () => {
      await Promise.resolve();
      const inner = shop.pool.push(shop.quick(`in ${name}`));
      await inner.accepted.catch(() => refused.push(name));
    };
    const [a, b] = [shop.pool.push(outer("a")), shop.pool.push(outer("b"))];
    await shop.clock.advance(10_000);
    assert.deepEqual([a.state, b.state, refused, shop.begun], ["succeeded", "succeeded", ["b"], ["in a"]]);
  });

  test("jobs that wait for results of jobs that can never start are told of, once, and nothing is broken up", async () => {
    const shop = new Workshop({ concurrency: 1, detectDeadlock: true });
    const heard: PoolErrorEvent[] = [];
    shop.pool.on("error", (event) => heard.push(event));
    const outer = shop.pool.push(async () => {
      await Promise.resolve();
      return shop.pool.run(shop.quick("inner"));
    });
    await shop.clock.advance(60_000);
    assert.deepEqual([heard.length, heard[0]?.during, outer.state], [1, "wait", "running"]);
    assert.ok(heard[0]?.error instanceof PoolDeadlockError);
    shop.pool.concurrency = 2;
    assert.equal(await outer.result, "inner");
  });

  test("is not seen where one slot may still move", async () => {
    const shop = new Workshop({ concurrency: 2, maxQueued: 0 });
    shop.pool.push(shop.held("busy"));
    const outer = shop.pool.push(async () => {
      await Promise.resolve();
      const inner = shop.pool.push(shop.quick("inner"));
      await inner.accepted;
      return inner.result;
    });
    await shop.clock.advance(60_000);
    assert.equal(outer.state, "running");
    await shop.finish("busy");
    assert.equal(await outer.result, "inner");
  });

  test("is not seen by one who waits from outside, or for another pool", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0 });
    const other = new Pool({ concurrency: 1, maxQueued: 0 }, { clock: shop.clock });
    const busy = other.push(shop.held("other's"));
    const outer = shop.pool.push(async () => other.push(shop.quick("inner")).result);
    await shop.turn();
    const outside = shop.pool.push(shop.quick("outside"));
    void outside.accepted;
    await shop.clock.advance(60_000);
    assert.deepEqual([outside.state, outer.state, busy.state], ["offered", "running", "running"]);
    await shop.finish("other's");
    await Promise.all([outer.result, outside.result]);
  });

  test("is looked for only in bounded pools, unless told otherwise", async () => {
    const shop = new Workshop({ concurrency: 1 });
    shop.pool.on("error", () => assert.fail("nothing is to be heard"));
    shop.pool.push(() => shop.pool.run(shop.quick("inner")));
    await shop.clock.advance(60_000);
    assert.deepEqual(shop.begun, []);
  });

  test("is not seen in a job that waits for others again and again", async () => {
    const pool = new Pool({ concurrency: 10, maxQueued: 100 });
    const done = pool.run(async () => {
      let sum = 0;
      for (let at = 0; at < 20_000; at += 1) sum += await pool.run(() => at);
      return sum;
    });
    assert.equal(await done, 199_990_000);
  });
});
