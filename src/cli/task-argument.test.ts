import { expect, it } from "vitest";
import { toNotation } from "../core/index.ts";
import { taskArgument } from "./task-argument.ts";

it("reads JSON exactly, and the rest as text", () => {
  const texts = [
    "1",
    "-0.5",
    "9007199254740993",
    "-9007199254740993",
    "1.5e300",
    "null",
    '"1"',
    "[1,",
    "NaN",
    "",
    "01",
  ];
  expect(texts.map(taskArgument)).toEqual([
    1,
    -0.5,
    9_007_199_254_740_993n,
    -9_007_199_254_740_993n,
    1.5e300,
    null,
    "1",
    "[1,",
    "NaN",
    "",
    "01",
  ]);
});

it("takes back what --json prints", () => {
  const value = { $bigint: "5", $$a: [2n ** 70n, { $bigint: 1 }, -0, { $number: "-0" }], ["__proto__"]: { b: -1n } };
  expect(taskArgument(JSON.stringify(toNotation(value)))).toEqual(value);
});

it("refuses what is nested beyond reading", () => {
  const depth = 50_000;
  expect(() => taskArgument("[".repeat(depth) + "]".repeat(depth))).toThrow(/nested too deeply/);
});
