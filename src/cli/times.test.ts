import { expect, it } from "vitest";
import { lengthOf, relative } from "./times.ts";

it("says a length of time in the unit that people would choose", () => {
  const lengths = [0, 4, 995, 1_240, 15_400, 59_900, 240_000, 3_597_000, 86_400_000 * 40];
  expect(lengths.map(lengthOf)).toEqual(["0 ms", "4 ms", "1 s", "1.2 s", "15 s", "1 m", "4 m", "1 h", "40 d"]);
});

it("says where a moment lies from now", () => {
  expect([10_000, 9_500, 6_000, 15_000, 10_400].map((at) => relative(at, 10_000))).toEqual([
    "just now",
    "just now",
    "4 s ago",
    "in 5 s",
    "now",
  ]);
});
