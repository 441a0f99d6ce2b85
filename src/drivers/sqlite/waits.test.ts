import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Waits } from "./waits.ts";

const REQUEST = { queues: ["main"], tasks: ["known"], maxMs: 1_000 };

describe("Waits", () => {
  const available = new Set<string>();
  let looks = 0;
  let waits: Waits;

  beforeEach(() => {
    vi.useFakeTimers();
    available.clear();
    looks = 0;
    waits = new Waits((queues) => {
      looks += 1;
      return queues.some((queue) => available.has(queue));
    });
  });

  afterEach(() => {
    waits.close();
    vi.useRealTimers();
  });

  test("a new wait ends at once when there is something already", () => {
    available.add("main");
    waits.add(1, REQUEST, () => undefined);
    expect(waits.wake(new Set())).toEqual([1]);
    expect(waits.size).toBe(0);
  });

  test("a wait that found nothing ends when its queue becomes ready, and is not looked after in between", () => {
    waits.add(1, REQUEST, () => undefined);
    expect(waits.wake(new Set())).toEqual([]);
    expect(waits.wake(new Set(["side"]))).toEqual([]);
    expect(looks).toBe(1);
    expect(waits.wake(new Set(["main"]))).toEqual([1]);
  });

  test("any queue becoming ready ends every wait", () => {
    waits.add(1, REQUEST, () => undefined);
    waits.add(2, { ...REQUEST, queues: ["side"] }, () => undefined);
    expect(waits.wake(new Set(["*"]))).toEqual([1, 2]);
  });

  test("a look ends those waits for which there is something", () => {
    waits.add(1, REQUEST, () => undefined);
    waits.add(2, { ...REQUEST, queues: ["side"] }, () => undefined);
    waits.wake(new Set());
    available.add("side");
    expect(waits.check()).toEqual([2]);
    expect(waits.size).toBe(1);
  });

  test("a wait's time is over once, and not after it ended", () => {
    const over = vi.fn<(number: number) => void>();
    for (const number of [1, 2, 3]) waits.add(number, REQUEST, over);
    waits.drop(2);
    available.add("main");
    vi.advanceTimersByTime(999);
    expect(over).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(over.mock.calls).toEqual([[1], [3]]);
    expect(waits.check()).toEqual([]);
  });

  test("a wait may be longer than a timer can be", () => {
    const over = vi.fn<(number: number) => void>();
    waits.add(1, { ...REQUEST, maxMs: 2 ** 40 }, over);
    vi.advanceTimersByTime(1_000);
    expect(over).not.toHaveBeenCalled();
  });

  test("closing ends all", () => {
    for (const number of [1, 2]) waits.add(number, REQUEST, () => undefined);
    expect(waits.close()).toEqual([1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
