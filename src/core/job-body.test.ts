import assert from "node:assert/strict";
import { test } from "vitest";
import { MalformedRecordError } from "../errors/index.ts";
import { decodeBody, encodeBody, encodeEnvelope } from "./job-body.ts";
import { encodeValue, encodeValues } from "./payload.ts";
import { runPlan } from "./run-options.ts";

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
  assert.equal(body, '{"args":[]}');
  assert.deepEqual(decodeBody(body), { args: [], plan: {} });
});

test.each(["", "{", "null", "5", "[]", "{}", '{"args":{}}', '{"args":[{"$bigint":"no number"}]}'])(
  "%j is no body",
  (text) => {
    assert.throws(() => decodeBody(text), MalformedRecordError);
  },
);

test("fields of other types are left out, not passed on", () => {
  assert.deepEqual(decodeBody('{"args":[],"options":[],"meta":"x","traceparent":5,"extra":1}'), { args: [], plan: {} });
});
