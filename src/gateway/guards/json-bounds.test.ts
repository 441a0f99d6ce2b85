import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { jsonExtent } from "./json-bounds.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const wide = { depth: 1_000, count: 100_000, digits: 1_000 };

test.each([
  ["[[1]]", 2, undefined],
  ["[[1]]", 1, "depth"],
  ['{"a":{"b":[]}}', 3, undefined],
  ['{"a":{"b":[]}}', 2, "depth"],
  ['["[[[[","\\"[[["]', 1, undefined],
])("%s within a depth of %i: %s", (text, depth, exceeded) => {
  assert.equal(jsonExtent(bytes(text), { ...wide, depth }).exceeded, exceeded);
});

test("values and keys are counted, and nothing that stands in a string", () => {
  assert.equal(jsonExtent(bytes("[1,2,3,4]"), { ...wide, count: 3 }).exceeded, "count");
  assert.equal(jsonExtent(bytes('["1,2,3,4,5,6:7:8"]'), { ...wide, count: 3 }).exceeded, undefined);
});

test("the digits of one number are counted, and not those of a string", () => {
  assert.equal(jsonExtent(bytes("[123,-456]"), { ...wide, digits: 3 }).exceeded, undefined);
  assert.equal(jsonExtent(bytes("[-4567]"), { ...wide, digits: 3 }).exceeded, "digits");
  assert.equal(jsonExtent(bytes('["4567"]'), { ...wide, digits: 3 }).exceeded, undefined);
});

test.each([
  ["[123456789012345]", false],
  ["[1234567890123456]", true],
  ["[-9007199254740993]", true],
  ['["12345678901234567890"]', false],
  ["[123456.1234567890123456]", true],
])("%s may need more digits than a number has: %s", (text, expected) => {
  assert.equal(jsonExtent(bytes(text), wide).longNumbers, expected);
});

test.each([
  ['{"$bigint":"1"}', true],
  ['["a$"]', false],
  ["[]", false],
])("%s may be in the form of bigints: %s", (text, expected) => {
  assert.equal(jsonExtent(bytes(text), wide).marked, expected);
});

test("the depth of any JSON is that of its value", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value);
      const text = bytes(JSON.stringify(value));
      assert.equal(jsonExtent(text, { ...wide, depth }).exceeded, undefined);
      if (depth > 0) assert.equal(jsonExtent(text, { ...wide, depth: depth - 1 }).exceeded, "depth");
    }),
  );
});
