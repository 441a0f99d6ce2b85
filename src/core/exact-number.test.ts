import assert from "node:assert/strict";
import { test } from "vitest";
import { exactNumber } from "./exact-number.ts";

test("whole numbers beyond what a number holds become bigint, at any depth; the rest is JSON", () => {
  assert.deepEqual(JSON.parse('{"a":[9007199254740993,-12345678901234567890,1e3,0.5,9007199254740991]}', exactNumber), {
    a: [9_007_199_254_740_993n, -12_345_678_901_234_567_890n, 1_000, 0.5, 9_007_199_254_740_991],
  });
});
