import assert from "node:assert/strict";
import { test } from "vitest";
import { median, percentile } from "./statistics.ts";

test("the median is the middle value, or the mean of the two", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([7]), 7);
  assert.equal(median([]), Number.NaN);
});

test("a percentile is a value that was measured, which so many do not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  assert.equal(percentile(hundred, 0.5), 50);
  assert.equal(percentile(hundred, 0.99), 99);
  assert.equal(percentile(hundred, 1), 100);
  assert.equal(percentile([5], 0.01), 5);
  assert.equal(percentile([], 0.5), Number.NaN);
});

test("values are left in their order", () => {
  const values = [3, 1, 2];
  median(values);
  percentile(values, 0.5);
  assert.deepEqual(values, [3, 1, 2]);
});
