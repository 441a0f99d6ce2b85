import { describe, expect, test } from "vitest";
import { BinaryHeap, type HeapEntry } from "./binary-heap.ts";

/** A small generator of numbers that is the same in every run. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state >> 8;
  }
}

describe("BinaryHeap", () => {
  test("pops in order", () => {
    const heap = new BinaryHeap<number>((a, b) => a < b);
    for (const value of [5, 3, 8, 1, 9, 2]) heap.push(value);
    expect(heap.peek()).toBe(1);
    expect(heap.size).toBe(6);
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([
      1,
      2,
      3,
      5,
      8,
      9,
      undefined,
    ]);
  });

  test("leaving twice, or after a pop, does nothing", () => {
    const heap = new BinaryHeap<number>((a, b) => a < b);
    const one = heap.push(1);
    const two = heap.push(2);
    expect(heap.pop()).toBe(1);
    one.leave();
    expect(heap.size).toBe(1);
    two.leave();
    two.leave();
    expect(heap.size).toBe(0);
    expect(heap.peek()).toBeUndefined();
  });

  test("agrees with a sorted list under random pushes, pops and removals", () => {
    const random = numbers(7);
    const draw = (below: number): number => Number(random.next().value) % below;
    const heap = new BinaryHeap<{ key: number }>((a, b) => a.key < b.key);
    let model: HeapEntry<{ key: number }>[] = [];
    const seen: number[] = [];
    const wanted: number[] = [];
    for (let step = 0; step < 5000; step += 1) {
      const action = draw(10);
      if (action < 5) {
        model.push(heap.push({ key: draw(1_000) }));
      } else if (action < 7) {
        const [gone] = model.splice(draw(model.length + 1), 1);
        gone?.leave();
      } else {
        wanted.push(model.reduce((low, entry) => Math.min(low, entry.item.key), Infinity));
        const popped = heap.pop();
        seen.push(popped?.key ?? Infinity);
        model = model.filter((entry) => entry.item !== popped);
      }
    }
    expect(seen).toEqual(wanted);
    expect(heap.size).toBe(model.length);
    const keys = (items: Iterable<{ key: number }>): number[] =>
      [...items].map((item) => item.key).toSorted((a, b) => a - b);
    expect(keys(heap)).toEqual(keys(model.map((entry) => entry.item)));
  });
});
