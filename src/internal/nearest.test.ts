import assert from "node:assert/strict";
import { test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["retires", "retries"],
  ["Timeout", "timeout"],
  ["timeou", "timeout"],
  ["tiemout", "timeout"],
  ["", undefined],
  ["colour", undefined],
  ["x", undefined],
])("%j means %j", (typed, meant) => {
  assert.equal(nearest(typed, ["retries", "timeout", "retention"]), meant);
});

test("the first of those equally near", () => {
  assert.equal(nearest("abx", ["abc", "abd"]), "abc");
  assert.equal(nearest("abc", []), undefined);
});
