import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import type { PoolOptions } from "./pool-options.ts";
import { Pool } from "./pool.ts";
import type { PushOptions } from "./push-options.ts";
import type { StreamOptions } from "./result-stream.ts";

describe("a pool refuses", () => {
  test.each<[PoolOptions, RegExp]>([
    [{ concurrency: 0 }, /concurrency must be a whole number from 1 to/],
    [{ concurrency: -1 }, /concurrency/],
    [{ concurrency: 1.5 }, /concurrency/],
    [{ concurrency: Number.NaN }, /concurrency/],
    [{ concurrency: Number.POSITIVE_INFINITY }, /concurrency/],
    [{ concurrency: "5" as never }, /concurrency/],
    [{ concurrencyPerKey: 0 }, /concurrencyPerKey/],
    [{ maxQueued: -1 }, /maxQueued/],
    [{ maxQueued: 1.5 }, /maxQueued/],
    [{ whenFull: "drop" as never }, /whenFull must be "wait", "throw" or { waitMs }, not "drop"/],
    [{ whenFull: null as never }, /whenFull/],
    [{ whenFull: { waitMs: -1 } }, /whenFull.waitMs must be between 0/],
    [{ lingerMs: -1 }, /lingerMs/],
    [{ retries: 0.5 }, /retries/],
    [{ retries: -0.5 }, /retries/],
    [{ retries: "3" as never }, /retries/],
    [{ backoff: { baseMs: -1 } }, /baseMs/],
    [{ backoff: { baseMs: 10, maxMs: 5 } }, /maxMs/],
    [{ backoff: [] }, /backoff/],
    [{ retryOn: "never" as never }, /retryOn/],
    [{ timeout: 0 }, /timeout must be longer than 0/],
    [{ timeout: "soon" }, /timeout/],
    [{ hang: -1 }, /hang/],
    [{ rateLimit: { limit: 0, interval: 1 } }, /rateLimit.limit/],
    [{ rateLimit: { limit: 1, interval: 0 } }, /rateLimit.interval/],
    [{ maxAttemptsKept: -1 }, /maxAttemptsKept/],
    [{ maxFailedKept: -1 }, /maxFailedKept/],
    [{ signal: {} as never }, /signal must be an AbortSignal/],
    [{ concurency: 5 } as never, /no pool option "concurency"; did you mean "concurrency"\?/],
  ])("%j", (options, message) => {
    assert.throws(
      () => new Pool(options),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    );
  });

  test("a concurrency set later", () => {
    const pool = new Pool({ concurrency: 2 });
    assert.throws(() => (pool.concurrency = 0), ConfigurationError);
    assert.equal(pool.concurrency, 2);
  });
});

describe("a push refuses", () => {
  test.each([[undefined], [null], [5], ["text"], [{}], [{ execute: 5 }]])("%j as a task", async (task) => {
    const pool = new Pool();
    assert.throws(() => pool.push(task as never), /a pool runs a function, or an object/);
    await assert.rejects(pool.run(task as never), ConfigurationError);
  });

  test.each<[PushOptions, RegExp]>([
    [{ priority: 10 }, /priority must be a whole number from 0 to 9/],
    [{ priority: -1 }, /priority/],
    [{ priority: 0.5 }, /priority/],
    [{ timeout: -1 }, /timeout/],
    [{ signal: 5 as never }, /signal/],
    [{ retrys: 5 } as never, /no push option "retrys"; did you mean "retries"\?/],
  ])("%j", (options, message) => {
    assert.throws(() => new Pool().push(() => 1, options), message);
  });

  test.each<[StreamOptions, RegExp]>([
    [{ order: "any" as never }, /order must be "given" or "finished"/],
    [{ ahead: 0 }, /ahead/],
    [{ prio: 1 } as never, /no push option "prio"/],
  ])("%j for a stream, at the call", (options, message) => {
    assert.throws(() => new Pool().pushAll([], options), message);
  });

  test("what cannot be iterated, and a map or a batch without a function", () => {
    const pool = new Pool();
    assert.throws(() => pool.pushAll(5 as never), /iterable/);
    assert.throws(() => pool.pushAll({} as never), /iterable/);
    assert.throws(() => pool.map([], 5 as never), /map needs a function/);
    assert.throws(() => pool.batch(undefined as never), /batch needs a function/);
    assert.throws(() => pool.batch(() => 1, { maxSize: 0 }), /maxSize/);
    assert.throws(() => pool.batch(() => 1, { lingerMs: -1 }), /lingerMs/);
  });

  test("a close with a time that is none", () => {
    const pool = new Pool();
    assert.throws(() => pool.close({ timeout: "later" }), ConfigurationError);
    assert.throws(() => pool.close({ timeoutMs: 5 } as never), /no close option "timeoutMs"/);
    assert.equal(pool.push(() => 1).state, "queued");
  });
});
