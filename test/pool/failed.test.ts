import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { Pool, PoolFullError } from "../../src/pool/index.ts";
import { Workshop } from "./workshop.ts";

const failing = (message: string) => () => Promise.reject(new Error(message));

describe("the failure queue", () => {
  test("lists what failed for good, oldest first, with what there is to know", async () => {
    const shop = new Workshop({ retries: 1, backoff: "none" });
    const [first, second] = [{ execute: failing("a") }, failing("b")];
    shop.pool.push(first, { priority: 2 });
    shop.pool.push(second);
    shop.pool.push(() => "fine");
    await shop.clock.advance(10);
    const rows = shop.pool.failed
      .list()
      .map(({ task, options, error, attempt, attempts }) => [task, options, String(error), attempt, attempts.length]);
    assert.deepEqual(rows, [
      [first, { priority: 2 }, "Error: a", 2, 2],
      [second, {}, "Error: b", 2, 2],
    ]);
    assert.equal(shop.pool.failed.size, 2);
  });

  test("is bounded: the oldest makes room, and is counted", async () => {
    const pool = new Pool({ retries: 0, maxFailedKept: 2 });
    for (const message of ["a", "b", "c", "d"]) pool.push(failing(message));
    await pool.onIdle();
    const messages = pool.failed.list().map(({ error }) => (error as Error).message);
    assert.deepEqual([messages, pool.failed.lost], [["c", "d"], 2]);
    const none = new Pool({ retries: 0, maxFailedKept: 0 });
    none.push(failing("a"));
    await none.onIdle();
    assert.deepEqual([none.failed.size, none.failed.lost], [0, 1]);
  });

  test("replays one, as a new job with its callbacks", async () => {
    const pool = new Pool({ retries: 0 });
    let broken = true;
    const log: string[] = [];
    const task = {
      execute: () => {
        if (broken) throw new Error("down");
        return "up";
      },
      success: () => log.push("success"),
      fail: () => log.push("fail"),
    };
    pool.push(task);
    await pool.onIdle();
    broken = false;
    const [failed] = pool.failed.list();
    assert.ok(failed !== undefined);
    const handle = pool.failed.replay(failed);
    assert.equal(await handle?.result, "up");
    assert.deepEqual([log, pool.failed.size], [["fail", "success"], 0]);
    assert.equal(pool.failed.replay(failed), undefined);
  });

  test("replays all, and those that fail again are back", async () => {
    const pool = new Pool({ retries: 0 });
    for (const message of ["a", "b", "c"]) pool.push(failing(message));
    await pool.onIdle();
    assert.equal(pool.failed.replayAll().length, 3);
    assert.equal(pool.failed.size, 0);
    await pool.onIdle();
    assert.equal(pool.failed.size, 3);
  });

  test("keeps what a full pool does not take", async () => {
    const shop = new Workshop({ concurrency: 1, maxQueued: 0, whenFull: "throw", retries: 0 });
    shop.pool.push(failing("a"));
    await shop.turn();
    shop.pool.push(shop.held("busy"));
    await shop.turn();
    assert.throws(() => shop.pool.failed.replayAll(), PoolFullError);
    assert.equal(shop.pool.failed.size, 1);
  });

  test("drops one or all", async () => {
    const pool = new Pool({ retries: 0 });
    for (const message of ["a", "b", "c"]) pool.push(failing(message));
    await pool.onIdle();
    const [first] = pool.failed.list();
    assert.ok(first !== undefined);
    assert.deepEqual([pool.failed.drop(first), pool.failed.drop(first), pool.failed.size], [true, false, 2]);
    pool.failed.dropAll();
    assert.deepEqual([pool.failed.size, pool.failed.lost], [0, 0]);
  });
});
