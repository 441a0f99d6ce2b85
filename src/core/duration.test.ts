import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import { boundedDurationMs, durationMs, positiveDurationMs } from "./duration.ts";

test.each([
  [0, 0],
  [1, 1],
  [0.2, 1],
  ["250ms", 250],
  ["5s", 5_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["1w", 604_800_000],
  [" 5 s ", 5_000],
  ["0s", 0],
  ["0.0001s", 1],
  ["36525d", 100 * 365.25 * 86_400_000],
] as const)("%j is %d ms", (given, ms) => {
  assert.equal(durationMs(given, "x"), ms);
});

test.each([
  [-1],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  ["-5s"],
  ["5"],
  ["s"],
  [""],
  ["5 sec"],
  ["1e3s"],
  ["5s5s"],
  ["36526d"],
  [36_526 * 86_400_000],
  [null as never],
  [undefined as never],
  [{} as never],
  [5n as never],
])("%o is no duration, and the error names it", (given) => {
  assert.throws(
    () => durationMs(given, "the pause"),
    (error) => error instanceof ConfigurationError && error.message.startsWith("the pause must be"),
  );
});

test("a duration that must not be 0", () => {
  assert.equal(positiveDurationMs(1, "x"), 1);
  assert.throws(() => positiveDurationMs(0, "x"), ConfigurationError);
  assert.throws(() => positiveDurationMs("0s", "x"), ConfigurationError);
});

test("a duration with bounds of its own", () => {
  const bounds = { leastMs: 50, most: "1d" };
  assert.deepEqual(
    [50, "1d", 86_400_000].map((given) => boundedDurationMs(given, "x", bounds)),
    [50, 86_400_000, 86_400_000],
  );
  assert.throws(() => boundedDurationMs("1ms", "x", bounds), /^ConfigurationError: x must be at least 50 ms, not 1$/);
  assert.throws(() => boundedDurationMs("25h", "x", bounds), /^ConfigurationError: x must be at most 1d, not 25h$/);
  assert.throws(() => boundedDurationMs(0, "x", { leastMs: 1 }), /longer than 0/);
});
