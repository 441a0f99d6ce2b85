import { expect, test } from "vitest";
import { comparisonTable } from "./comparison.ts";

test("the ratio is the median of the rounds' ratios, not the ratio of the medians", () => {
  const row = comparisonTable([
    { what: "sends", own: [10, 200, 30], against: "raw", theirs: [20, 100, 60], target: { atLeast: 0.5 } },
  ]).split("\n")[2];
  expect(row?.split("|").map((cell) => cell.trim())).toEqual([
    "",
    "sends",
    "30",
    "raw",
    "60",
    "0.50",
    "≥ 0.5",
    "met",
    "",
  ]);
});

test("a target may be a most", () => {
  const table = comparisonTable([
    { what: "bytes", own: [11], against: "raw", theirs: [10], target: { atMost: 1 } },
    { what: "bytes", own: [10], against: "raw", theirs: [10], target: { atMost: 1 } },
  ]);
  expect(table).toMatch(/≤ 1 \| missed \|\n.*≤ 1 \| met/u);
});

test("a row without a target is shown, and held to nothing", () => {
  const table = comparisonTable([{ what: "ms", own: [6], against: "raw", theirs: [2] }]);
  expect(table).toMatch(/\| +3\.00 \| +\| +\|$/u);
});
