import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import { instantMs } from "./instant.ts";

const MOMENT = Date.UTC(2030, 0, 31, 9);

test.each([
  [MOMENT, MOMENT],
  [MOMENT + 0.1, MOMENT + 1],
  [new Date(MOMENT), MOMENT],
  ["2030-01-31T09:00:00Z", MOMENT],
  ["2030-01-31T09:00:00z", MOMENT],
  ["2030-01-31T10:30:00+01:30", MOMENT],
  ["2030-01-31T04:00:00.000-05:00", MOMENT],
  [0, 0],
  [-1, -1],
  [8.64e15, 8.64e15],
] as const)("%o", (given, ms) => {
  assert.equal(instantMs(given, "x"), ms);
});

test.each([
  ["2030-01-31T09:00:00"],
  ["2030-01-31"],
  ["soon"],
  ["sooZ"],
  [""],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [8.64e15 + 1],
  [new Date(Number.NaN)],
])("%o is no moment, or another one on every machine", (given) => {
  assert.throws(
    () => instantMs(given, "runAt"),
    (error) => error instanceof ConfigurationError && error.message.startsWith("runAt must be"),
  );
});

test("what is no moment at all is refused by its type", () => {
  for (const given of [null, undefined, {}, 5n, true])
    assert.throws(() => instantMs(given as never, "runAt"), ConfigurationError);
});
