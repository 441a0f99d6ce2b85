import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import { keepOf, retentionPlan } from "./retention.ts";
import { runPlan, runPolicy } from "./run-options.ts";

test("the defaults", () => {
  assert.deepEqual(runPolicy(), {
    retries: 3,
    backoff: { kind: "exponential", baseMs: 100, maxMs: 50_000, jitter: false },
    retryOn: "error",
    statusMs: 86_400_000,
    resultMs: 86_400_000,
    timeoutMs: undefined,
    hangMs: 30_000,
    attemptsKept: 11,
    delivery: "at-least-once",
  });
  assert.deepEqual(runPolicy(undefined, {}, undefined), runPolicy());
});

test("the nearer wins, option by option", () => {
  const app = runPlan({ retries: 1, timeout: "1s", retention: { status: "1h" } });
  const task = runPlan({ retries: 2, hang: 5, retention: { result: "2h" } });
  const send = runPlan({ retries: 4, attemptsKept: 3 });
  const policy = runPolicy(app, task, send);
  assert.equal(policy.retries, 4);
  assert.equal(policy.timeoutMs, 1_000);
  assert.equal(policy.hangMs, 5);
  assert.equal(policy.attemptsKept, 3);
  assert.equal(policy.statusMs, 3_600_000);
  assert.equal(policy.resultMs, 7_200_000);
  assert.equal(runPolicy(app, task).retries, 2);
});

test("at most once is never retried, wherever the retries were set", () => {
  assert.equal(runPolicy({ retries: 9 }, { delivery: "at-most-once" }, { retries: 9 }).retries, 0);
});

test.each([
  ["timeout of 0", { timeout: 0 }],
  ["a negative timeout", { timeout: -1 }],
  ["a negative hang", { hang: -1 }],
  ["too many attempts", { attemptsKept: 1_001 }],
  ["a negative number of attempts", { attemptsKept: -1 }],
  ["an unknown delivery", { delivery: "exactly-once" as never }],
  ["an unknown retention", { retention: { results: 1 } as never }],
  ["a retention that is none", { retention: "always" }],
  ["no retention", { retention: null as never }],
])("refuses %s", (_, options) => {
  assert.throws(() => runPlan(options), ConfigurationError);
});

test.each<[given: object, message: string]>([
  [{ retries: "5" }, 'retries must be a whole number from 0 to 1000000, not "5"'],
  [{ retryOn: "" }, 'retryOn must be "error" or "timeout", not ""'],
  [
    { backoff: "5s" },
    'backoff must be "none", "exponential", { baseMs, maxMs, jitter } or a list of durations, not "5s"',
  ],
  [{ delivery: " at-most-once" }, 'delivery must be "at-least-once" or "at-most-once", not " at-most-once"'],
  [
    { attemptsKept: Object.create(null) },
    "attemptsKept must be a whole number from 0 to 1000, not a value of type object",
  ],
])("tells a text from a number in what it refuses: %j", (given, message) => {
  assert.throws(() => runPlan(given), { code: "ERR_CONFIGURATION", message });
});

test("retention: one time for both, or apart; forever and none", () => {
  assert.deepEqual(retentionPlan("1h"), { statusMs: 3_600_000, resultMs: 3_600_000 });
  assert.deepEqual(retentionPlan("forever"), { statusMs: null, resultMs: null });
  assert.deepEqual(retentionPlan("none"), { statusMs: 0, resultMs: 0 });
  assert.deepEqual(retentionPlan(0), { statusMs: 0, resultMs: 0 });
  assert.deepEqual(retentionPlan({ status: "31d", result: "none" }), { statusMs: 2_678_400_000, resultMs: 0 });
  assert.deepEqual(retentionPlan({}), {});
});

test("a record lives as long as the longer of the two", () => {
  assert.deepEqual(keepOf({ statusMs: 5, resultMs: 9 }), { recordMs: 9, resultMs: 9 });
  assert.deepEqual(keepOf({ statusMs: 9, resultMs: 0 }), { recordMs: 9, resultMs: 0 });
  assert.deepEqual(keepOf({ statusMs: null, resultMs: 0 }), { recordMs: null, resultMs: 0 });
  assert.deepEqual(keepOf({ statusMs: 0, resultMs: null }), { recordMs: null, resultMs: null });
  assert.deepEqual(keepOf({ statusMs: 0, resultMs: 0 }), { recordMs: 0, resultMs: 0 });
});
