import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { TimeLimits } from "./time-limits.ts";

function limitsOn(clock: FakeClock): {
  limits: TimeLimits;
  over: string[];
  add: (name: string, ms: number) => () => void;
} {
  const limits = new TimeLimits(clock);
  const over: string[] = [];
  const add = (name: string, ms: number): (() => void) => {
    const limit = limits.add(clock.monotonic() + ms, () => over.push(name));
    return () => limits.drop(limit);
  };
  return { limits, over, add };
}

test("each limit is over at its time, in any order of adding", async () => {
  const clock = new FakeClock();
  const { over, add } = limitsOn(clock);
  add("late", 300);
  add("early", 100);
  add("middle", 200);
  await clock.advance(99);
  expect(over).toEqual([]);
  await clock.advance(1);
  expect(over).toEqual(["early"]);
  await clock.advance(100);
  expect(over).toEqual(["early", "middle"]);
  await clock.advance(1_000);
  expect(over).toEqual(["early", "middle", "late"]);
});

test("a limit that was dropped is never over, and those after it are still", async () => {
  const clock = new FakeClock();
  const { over, add } = limitsOn(clock);
  const drop = add("dropped", 100);
  add("kept", 150);
  drop();
  await clock.advance(1_000);
  expect(over).toEqual(["kept"]);
});

test("a limit that is added after the timer had nothing left to do is over at its time", async () => {
  const clock = new FakeClock();
  const { over, add } = limitsOn(clock);
  add("first", 100)();
  await clock.advance(500);
  add("second", 100);
  await clock.advance(100);
  expect(over).toEqual(["second"]);
});

test("a limit that is added by one that is over holds up no earlier one", async () => {
  const clock = new FakeClock();
  const { limits, over, add } = limitsOn(clock);
  limits.add(clock.monotonic() + 100, () => add("late", 1_000));
  add("early", 200);
  await clock.advance(100);
  await clock.advance(100);
  expect(over).toEqual(["early"]);
  await clock.advance(1_000);
  expect(over).toEqual(["early", "late"]);
});
