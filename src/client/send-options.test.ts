import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError, PayloadError, PayloadTooLargeError } from "../errors/index.ts";
import { type SendOptions, sendPlan } from "./send-options.ts";

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("no options give nothing", () => {
  const { run, envelope, ...rest } = sendPlan({});
  assert.deepEqual(run, {});
  assert.equal(envelope, "");
  assert.deepEqual(new Set(Object.values(rest)), new Set([undefined]));
});

test("options in their stored form", () => {
  const plan = sendPlan({
    id: "a",
    queue: "q",
    priority: 9,
    runAfter: "2s",
    expireAfter: "1m",
    retries: 5,
    timeout: "1s",
    meta: { n: 1n },
    traceparent: TRACE,
  });
  assert.deepEqual(
    [plan.id, plan.queue, plan.priority, plan.delayMs, plan.expireAfterMs, plan.meta, plan.traceparent],
    ["a", "q", 9, 2_000, 60_000, '{"n":{"$bigint":"1"}}', TRACE],
  );
  assert.deepEqual(plan.run, { retries: 5, timeoutMs: 1_000 });
  assert.equal(plan.envelope, ',"options":{"retries":5,"timeoutMs":1000},"meta":{"n":{"$bigint":"1"}}');
  const moment = new Date("2030-01-31T09:00:00Z");
  const timed = sendPlan({ runAt: moment, expireAt: moment.toISOString() });
  assert.deepEqual([timed.runAt, timed.expireAt], [moment.getTime(), moment.getTime()]);
});

test.each<[string, SendOptions]>([
  ["an option that is none", { retrys: 1 } as never],
  ["two times", { runAfter: 1, runAt: 1 }],
  ["two expiries", { expireAfter: 1, expireAt: 1 }],
  ["an id that is none", { id: "" }],
  ["an id of Millrace's own", { id: "job:end" }],
  ["a queue that is none", { queue: "a b" }],
  ["a priority out of bounds", { priority: -1 }],
  ["a priority that is no whole number", { priority: 0.5 }],
  ["a negative delay", { runAfter: -1 }],
  ["a moment without a zone", { runAt: "2030-01-31T09:00:00" }],
  ["an expiry that is none", { expireAt: "never" }],
  ["a timeout of 0", { timeout: 0 }],
  ["a trace that is none", { traceparent: "00-0-0-00" }],
  ["metadata that is no object", { meta: "text" as never }],
  ["metadata that is a list", { meta: [1] as never }],
  ["metadata that is null", { meta: null as never }],
])("refuses %s", (_, options) => {
  assert.throws(() => sendPlan(options), ConfigurationError);
});

test("metadata must be carried, and is for correlation, not for data", () => {
  assert.throws(() => sendPlan({ meta: { at: new Date() } }), PayloadError);
  assert.ok(sendPlan({ meta: { x: "y".repeat(16 * 1_024 - 8) } }));
  assert.throws(() => sendPlan({ meta: { x: "y".repeat(16 * 1_024 - 7) } }), PayloadTooLargeError);
});
