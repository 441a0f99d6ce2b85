import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { encodeBody, encodeEnvelope, runPlan } from "../../core/index.ts";
import { jobToSend, runOptions } from "./job-to-send.ts";

const duration = fc.integer({ min: 1, max: 1e9 });
const time = fc.oneof(duration, fc.constantFrom("forever" as const, "none" as const));
const options = fc.record(
  {
    retries: fc.nat(100),
    backoff: fc.oneof(
      fc.constantFrom("none" as const, "exponential" as const),
      fc.array(duration, { minLength: 1, maxLength: 5 }),
      fc.record({ baseMs: fc.nat(10), maxMs: fc.integer({ min: 10, max: 20 }), jitter: fc.boolean() }),
    ),
    retryOn: fc.constantFrom("error" as const, "timeout" as const),
    timeout: duration,
    hang: duration,
    retention: fc.oneof(time, fc.record({ status: time, result: time }, { requiredKeys: [] })),
    attemptsKept: fc.nat(1_000),
    delivery: fc.constantFrom("at-least-once" as const, "at-most-once" as const),
  },
  { requiredKeys: [] },
);

test("options that are made of a plan make the same plan", () => {
  fc.assert(
    fc.property(options, (given) => {
      const plan = runPlan(given);
      assert.deepEqual(runPlan(JSON.parse(JSON.stringify(runOptions(plan)))), plan);
    }),
  );
});

test("a job is sent with everything it has, its values as they are stored", () => {
  const envelope = encodeEnvelope({ retries: 2 }, '{"a":1}', "00-x");
  const body = encodeBody('[{"$bigint":"1"}]', envelope);
  const job = { id: "i", task: "t", queue: "q", priority: 3, body, delayMs: 5, expireAfterMs: 9 };
  assert.deepEqual(jobToSend(job), {
    id: "i",
    task: "t",
    queue: "q",
    priority: 3,
    args: [{ $bigint: "1" }],
    runAfter: 5,
    expireAfter: 9,
    retries: 2,
    meta: { a: 1 },
    traceparent: "00-x",
  });
});

test("a job that says nothing but its arguments is sent with those", () => {
  const body = encodeBody("[1,2]", encodeEnvelope({}, undefined, undefined));
  assert.deepEqual(jobToSend({ id: "i", task: "t", queue: "q", priority: 0, body }), {
    id: "i",
    task: "t",
    queue: "q",
    priority: 0,
    args: [1, 2],
  });
});
