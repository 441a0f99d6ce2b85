import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { ConfigurationError, PermanentError } from "../errors/index.ts";
import {
  type BackoffPlan,
  type RetryOptions,
  DEFAULT_RETRY_POLICY,
  backoffMs,
  mayRetry,
  retryPlan,
} from "./retry-policy.ts";

const delays = (options: RetryOptions, count: number): number[] => {
  const plan = { ...DEFAULT_RETRY_POLICY, ...retryPlan(options) }.backoff;
  return Array.from({ length: count }, (_, at) => backoffMs(plan, at + 1));
};

test.each<[RetryOptions, number[]]>([
  [{}, [100, 200, 400, 800, 1_600]],
  [{ backoff: "exponential" }, [100, 200, 400, 800, 1_600]],
  [{ backoff: "none" }, [0, 0, 0]],
  [{ backoff: { baseMs: 7 } }, [7, 14, 28]],
  [{ backoff: { baseMs: 10, maxMs: 25 } }, [10, 20, 25, 25]],
  [{ backoff: { baseMs: 0 } }, [0, 0, 0]],
  [{ backoff: [5, 8, 9] }, [5, 8, 9, 9, 9]],
  [{ backoff: ["5s", 8_000, "9s"] }, [5_000, 8_000, 9_000]],
  [{ backoff: [0] }, [0, 0]],
])("%j waits %j", (options, expected) => {
  assert.deepEqual(delays(options, expected.length), expected);
});

test("the doubling ends at the cap and never overflows", () => {
  const [plan] = [{ kind: "exponential", baseMs: 100, maxMs: 50_000, jitter: false }] as const satisfies BackoffPlan[];
  assert.equal(backoffMs(plan, 9), 25_600);
  for (const retry of [10, 51, 1_000, 1_000_000]) assert.equal(backoffMs(plan, retry), 50_000);
});

test("jitter draws a whole number between 0 and the delay, both reachable", () => {
  const plan: BackoffPlan = { kind: "exponential", baseMs: 100, maxMs: 50_000, jitter: true };
  assert.equal(
    backoffMs(plan, 3, () => 0),
    0,
  );
  assert.equal(
    backoffMs(plan, 3, () => 0.5),
    200,
  );
  assert.equal(
    backoffMs(plan, 3, () => 1 - Number.EPSILON),
    400,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (retry, drawn) => {
        const delay = backoffMs(plan, retry, () => drawn);
        assert.ok(Number.isInteger(delay) && delay >= 0 && delay <= Math.min(50_000, 100 * 2 ** (retry - 1)));
      },
    ),
  );
});

test.each([
  ["error", "failed", new Error("any"), true],
  ["error", "timeout", new Error("any"), true],
  ["error", "failed", undefined, true],
  ["error", "failed", new PermanentError("no use"), false],
  ["timeout", "failed", new Error("any"), false],
  ["timeout", "timeout", new Error("any"), true],
] as const)("retryOn %s, an attempt that %s with %s: %s", (retryOn, outcome, error, expected) => {
  assert.equal(mayRetry({ retryOn }, outcome, error), expected);
});

describe("the plan", () => {
  test("a list sets the retries, unless they are given", () => {
    assert.equal(retryPlan({ backoff: [5, 8, 9] }).retries, 3);
    assert.equal(retryPlan({ backoff: [5, 8, 9], retries: 7 }).retries, 7);
    assert.equal(retryPlan({ backoff: [5, 8, 9], retries: 0 }).retries, 0);
    assert.equal("retries" in retryPlan({ backoff: "none" }), false);
  });

  test("holds only what was given", () => {
    assert.deepEqual(retryPlan({}), {});
    assert.deepEqual(retryPlan({ retries: 2, retryOn: "timeout" }), { retries: 2, retryOn: "timeout" });
  });

  test.each<[string, RetryOptions]>([
    ["negative retries", { retries: -1 }],
    ["half a retry", { retries: 1.5 }],
    ["too many retries", { retries: 1_000_001 }],
    ["retries as text", { retries: "3" as never }],
    ["an empty list", { backoff: [] }],
    ["a list too long", { backoff: Array.from({ length: 1_001 }, () => 1) }],
    ["a negative gap", { backoff: [5, -1] }],
    ["a gap that is none", { backoff: ["soon"] }],
    ["an unknown kind", { backoff: "linear" as never }],
    ["null", { backoff: null as never }],
    ["a number", { backoff: 5 as never }],
    ["a negative base", { backoff: { baseMs: -1 } }],
    ["a cap below the base", { backoff: { baseMs: 100, maxMs: 50 } }],
    ["retryOn something else", { retryOn: "never" as never }],
  ])("refuses %s", (_, options) => {
    assert.throws(() => retryPlan(options), ConfigurationError);
  });
});
