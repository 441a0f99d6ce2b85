import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Lease } from "../contracts/index.ts";
import { type RunPlan, decodeError, decodeTrail, encodeTrail, runPolicy } from "../core/index.ts";
import { PayloadError, PermanentError, TaskHungError, TaskTimeoutError } from "../errors/index.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import { type Decision, attemptsAllowed, decide } from "./decide.ts";

const LEASE: Lease = {
  id: "1",
  task: "t",
  queue: "q",
  priority: 0,
  body: "{}",
  lease: 7,
  attempt: 1,
  crashes: 0,
  createdAt: 100,
  reservedAt: 200,
};
const BOOM = new Error("boom");
const timeout: AttemptEnd = { kind: "timeout", error: new TaskTimeoutError("too long") };

function decided(end: AttemptEnd, plan: RunPlan = {}, lease: Partial<Lease> = {}, more: Partial<Decision> = {}) {
  return decide({
    lease: { ...LEASE, ...lease },
    policy: runPolicy(plan),
    end,
    endedAt: 250,
    ran: true,
    worker: "w",
    notes: undefined,
    maxAttempts: undefined,
    maxPayloadBytes: 1_000,
    ...more,
  });
}

const error = (of: unknown = BOOM): AttemptEnd => ({ kind: "error", error: of });
const retry = (afterMs?: number): AttemptEnd => ({ kind: "retry", error: BOOM, afterMs });
const last = { attempt: 4 };

test.each<
  [
    string,
    AttemptEnd,
    RunPlan,
    Partial<Lease>,
    Partial<Decision>,
    to: string,
    charged: boolean,
    delayMs: number | undefined,
  ]
>([
  ["a value", { kind: "value", value: 5 }, {}, {}, {}, "succeeded", true, undefined],
  ["an error", error(), {}, {}, {}, "retrying", true, 100],
  ["an error, for the third time", error(), {}, { attempt: 3 }, {}, "retrying", true, 400],
  ["an error, out of retries", error(), {}, last, {}, "failed", true, undefined],
  ["an error without retries", error(), { retries: 0 }, {}, {}, "failed", true, undefined],
  ["an error, where timeouts are retried", error(), { retryOn: "timeout" }, {}, {}, "failed", true, undefined],
  ["a permanent error", error(new PermanentError("no")), {}, {}, {}, "failed", true, undefined],
  ["a payload error of the task's own", error(new PayloadError("no")), {}, {}, {}, "retrying", true, 100],
  ["undefined thrown", error(undefined), {}, {}, {}, "retrying", true, 100],
  ["fail()", { kind: "permanent", error: BOOM }, {}, {}, {}, "failed", true, undefined],
  ["a timeout", timeout, {}, {}, {}, "retrying", true, 100],
  ["a timeout, where timeouts are retried", timeout, { retryOn: "timeout" }, {}, {}, "retrying", true, 100],
  ["a timeout, out of retries", timeout, {}, last, {}, "failed", true, undefined],
  ["hung", { kind: "hung", error: new TaskHungError("deaf") }, {}, {}, {}, "failed", true, undefined],
  ["retry()", retry(), {}, {}, {}, "retrying", true, 100],
  ["retry(), after a time of its own", retry(7), {}, {}, {}, "retrying", true, 7],
  ["retry(), at once", retry(0), {}, {}, {}, "retrying", true, 0],
  ["retry(), where timeouts are retried", retry(), { retryOn: "timeout" }, {}, {}, "retrying", true, 100],
  ["retry(), out of retries", retry(7), {}, last, {}, "failed", true, undefined],
  ["an error, with more attempts set", error(), {}, last, { maxAttempts: 5 }, "retrying", true, 800],
  ["an error, with fewer attempts set", error(), {}, {}, { maxAttempts: 1 }, "failed", true, undefined],
  ["at most once", error(), { delivery: "at-most-once" }, {}, { maxAttempts: 9 }, "failed", true, undefined],
  ["at most once, retry()", retry(1), { delivery: "at-most-once" }, {}, { maxAttempts: 9 }, "failed", true, undefined],
  ["a value that is none", { kind: "value", value: new Map() }, {}, {}, {}, "failed", true, undefined],
  ["a value too large", { kind: "value", value: "x".repeat(1_000) }, {}, {}, {}, "failed", true, undefined],
])("%s", (_, end, plan, lease, more, to, charged, delayMs) => {
  const settlement = decided(end, plan, lease, more);
  assert.deepEqual([settlement.to, settlement.charged, settlement.delayMs], [to, charged, delayMs]);
  assert.deepEqual([settlement.id, settlement.lease], ["1", 7]);
  assert.equal(settlement.keep === undefined, to === "retrying");
  assert.equal(settlement.error === undefined, to === "succeeded");
});

test.each<[AttemptEnd["kind"], string]>([
  ["cancelled", "ERR_JOB_CANCELLED"],
  ["expired", "ERR_JOB_EXPIRED"],
])("%s is final, and says so", (kind, code) => {
  const settlement = decided({ kind } as AttemptEnd, {}, {}, { notes: "n" });
  assert.equal(settlement.to, kind);
  assert.equal(decodeError(settlement.error!).code, code);
  assert.equal(settlement.notes, "n");
  assert.deepEqual(settlement.keep, { recordMs: 86_400_000, resultMs: 86_400_000 });
});

test("a body that ran is charged and kept as an attempt when it is cancelled, one that did not run is neither", () => {
  const ran = decided({ kind: "cancelled" });
  assert.equal(ran.charged, true);
  assert.deepEqual(
    decodeTrail(ran.trail).attempts.map(({ outcome }) => outcome),
    ["cancelled"],
  );
  const unrun = decided({ kind: "cancelled" }, {}, {}, { ran: false });
  assert.deepEqual([unrun.charged, unrun.trail], [false, undefined]);
});

describe("the value", () => {
  test("is encoded, absent for undefined", () => {
    assert.equal(decided({ kind: "value", value: 5n }).result, '{"$bigint":"5"}');
    assert.equal("result" in decided({ kind: "value", value: undefined }), false);
  });

  test("is left out where it is not kept, unless somebody is to be told of it", () => {
    const plan = { statusMs: 5, resultMs: 0 };
    assert.equal("result" in decided({ kind: "value", value: 5 }, plan), false);
    assert.equal(decided({ kind: "value", value: 5 }, plan, {}, { valueTold: true }).result, "5");
    assert.deepEqual(decided({ kind: "value", value: 5 }, plan).keep, { recordMs: 5, resultMs: 0 });
  });
});

describe("the trail", () => {
  test("has the attempt, with its times, worker, outcome and error", () => {
    const [attempt] = decodeTrail(decided(timeout).trail).attempts;
    assert.deepEqual(
      [attempt?.number, attempt?.startedAt, attempt?.endedAt, attempt?.worker, attempt?.outcome, attempt?.error?.code],
      [1, 200, 250, "w", "timeout", "ERR_TASK_TIMEOUT"],
    );
    assert.equal(decodeTrail(decided(error(), {}, {}, { endedAt: 150 }).trail).attempts[0]?.endedAt, 200);
  });

  test("is not needed by a first attempt that succeeds, and is by a later one", () => {
    assert.equal(decided({ kind: "value", value: 1 }).trail, undefined);
    const before = encodeTrail({ attempts: [], maxAttempts: 9 });
    const after = decodeTrail(decided({ kind: "value", value: 1 }, {}, { attempt: 2, trail: before }).trail);
    assert.deepEqual(
      after.attempts.map(({ number, outcome }) => [number, outcome]),
      [[2, "succeeded"]],
    );
    assert.equal(after.maxAttempts, 9);
    assert.deepEqual(decodeTrail(decided({ kind: "value", value: 1 }, { attemptsKept: 0 }).trail).attempts, []);
  });

  test("carries the attempts that the task allowed itself to its later attempts, and not into a replay", () => {
    const { trail } = decided(error(), {}, {}, { maxAttempts: 9 });
    assert.equal(decodeTrail(trail).maxAttempts, 9);
    const policy = runPolicy({ retries: 1 });
    assert.equal(attemptsAllowed({ ...LEASE, attempt: 2 }, policy, decodeTrail(trail)), 9);
    assert.equal(attemptsAllowed(LEASE, policy, decodeTrail(trail)), 2);
    assert.equal(decided(error(), { retries: 0 }, { attempt: 2, trail: trail! }).to, "retrying");
    assert.equal(decodeTrail(decided(error(), {}, { attempt: 1, trail: trail! }).trail).maxAttempts, undefined);
  });
});
