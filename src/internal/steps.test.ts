import { expect, test } from "vitest";
import { inSteps, stepsOf, upTo } from "./steps.ts";

test.each([
  [[], []],
  [[1], [[1]]],
  [[1, 2], [[1, 2]]],
  [
    [1, 2, 3, 4, 5],
    [[1, 2], [3, 4], [5]],
  ],
])("%j, two at a time", (items: readonly number[], steps) => {
  expect([...stepsOf(items, 2)]).toEqual(steps);
});

test("answers are in the order given, and a step begins when the one before is answered", async () => {
  const asked: string[] = [];
  const answers = await inSteps([3, 1, 2], 2, async (step) => {
    asked.push(step.join());
    await Promise.resolve();
    return step.map((item) => `${item} of ${asked.length}`);
  });
  expect(answers).toEqual(["3 of 1", "1 of 1", "2 of 2"]);
});

test("so many are done, a step at a time, until there is no more", async () => {
  const asked: number[] = [];
  let there = 8;
  const work = async (most: number): Promise<number> => {
    asked.push(most);
    const now = Math.min(most, there);
    there -= now;
    return now;
  };
  expect(await upTo(5, 2, work)).toBe(5);
  expect(asked.splice(0)).toEqual([2, 2, 1]);
  expect(await upTo(100, 2, work)).toBe(3);
  expect(asked).toEqual([2, 2]);
});
