import assert from "node:assert/strict";
import { test } from "vitest";
import { MalformedRecordError } from "../errors/index.ts";
import { decodeBody, encodeBody, encodeEnvelope, readContents } from "./job-body.ts";
import { encodeValue, encodeValues } from "./payload.ts";
import { type RunOptions, runPlan, runPolicy } from "./run-options.ts";

test("a body comes back: arguments, options, metadata, trace", () => {
  const plan = runPlan({ retries: 2, backoff: [1, 2], retention: "forever" });
  const meta = { $tenant: 5n, text: "\u0000\ud800" };
  const args = [1n, { $a: "x" }, "y"];
  const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const envelope = encodeEnvelope(plan, encodeValue(meta, "meta", 1_000), trace);
  assert.deepEqual(decodeBody(encodeBody(encodeValues(args, "it", 1_000), envelope)), {
    args,
    plan,
    meta,
    traceparent: trace,
  });
});

test("what was not given is not there", () => {
  const body = encodeBody("[]", encodeEnvelope({}, undefined, undefined));
  assert.equal(body, "[]");
  assert.deepEqual(decodeBody(body), { args: [], plan: {} });
  assert.deepEqual(readContents('[{"$bigint":"1"},2]'), { args: [1n, 2] });
  assert.deepEqual(decodeBody('{"args":[1]}'), { args: [1], plan: {} });
});

test.each([
  "",
  "{",
  "null",
  "5",
  "[",
  "{}",
  '[{"$bigint":"no number"}]',
  '{"args":{}}',
  '{"args":[{"$bigint":"no number"}]}',
])("%j is no body", (text) => {
  assert.throws(() => decodeBody(text), MalformedRecordError);
});

test("what this version does not know is left out, as is a trace that is none", () => {
  assert.deepEqual(
    decodeBody('{"args":[],"options":{"retries":1,"orbit":{"a":1}},"meta":{},"traceparent":5,"extra":1}'),
    {
      args: [],
      plan: { retries: 1 },
      meta: {},
    },
  );
});

test.each([
  '{"args":[],"options":[]}',
  '{"args":[],"options":null}',
  '{"args":[],"meta":"x"}',
  ...[
    '"retries":"many"',
    '"retries":-1',
    '"retries":1.5',
    '"retries":1e400',
    '"retryOn":"never"',
    '"timeoutMs":"soon"',
    '"timeoutMs":0',
    '"timeoutMs":1e400',
    '"timeoutMs":null',
    '"hangMs":-1',
    '"statusMs":"1d"',
    '"resultMs":false',
    '"attemptsKept":{}',
    '"delivery":"exactly-once"',
    '"backoff":7',
    '"backoff":null',
    '"backoff":{"kind":"fibonacci"}',
    '"backoff":{"kind":"exponential","baseMs":"1","maxMs":5,"jitter":false}',
    '"backoff":{"kind":"list","gapsMs":[]}',
    '"backoff":{"kind":"list","gapsMs":[1,"2"]}',
  ].map((option) => `{"args":[7],"options":{${option}}}`),
])("%s is refused, and its arguments can still be shown", (text) => {
  assert.throws(() => decodeBody(text), MalformedRecordError);
  assert.deepEqual(readContents(text).args, (JSON.parse(text) as { args: unknown }).args);
});

test("every option that can be sent can be read", () => {
  const all: readonly RunOptions[] = [
    { retries: 0, backoff: "none", retryOn: "timeout", timeout: 1, hang: 0, retention: "forever", attemptsKept: 0 },
    { backoff: "exponential", delivery: "at-most-once", retention: { status: "none", result: "1d" } },
    { backoff: { baseMs: 1, maxMs: 2, jitter: true }, delivery: "at-least-once", retryOn: "error" },
    { retries: 1_000_000, backoff: [0, "1.5s"], timeout: "36500d", attemptsKept: 1_000 },
  ];
  for (const options of all) {
    const plan = runPlan(options);
    assert.deepEqual(decodeBody(encodeBody("[]", encodeEnvelope(plan, undefined, undefined))).plan, plan);
  }
});

test("a key of a prototype among the options reaches no object's prototype", () => {
  const { plan } = decodeBody('{"args":[],"options":{"__proto__":{"retries":9},"constructor":{"prototype":{"x":1}}}}');
  assert.equal(Object.getPrototypeOf(plan), Object.prototype);
  assert.equal(runPolicy(plan).retries, 3);
  assert.equal(Reflect.get({}, "x"), undefined);
});
