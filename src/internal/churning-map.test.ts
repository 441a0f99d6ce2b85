import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "vitest";
import { ChurningMap } from "./churning-map.ts";

test("it is a map, however often its entries move", () => {
  const map = new ChurningMap<number, string>();
  for (let key = 0; key < 10_000; key += 1) {
    map.set(key, `value ${key}`);
    if (key >= 3) assert.equal(map.delete(key - 3), true);
  }
  assert.equal(map.delete(0), false);
  assert.equal(map.size, 3);
  assert.equal(map.get(9_999), "value 9999");
  assert.equal(map.get(0), undefined);
  assert.deepEqual([...map.values()], ["value 9997", "value 9998", "value 9999"]);
  map.clear();
  assert.deepEqual([[...map.values()], map.size], [[], 0]);
});

test("more entries than move at once stay in order", () => {
  const map = new ChurningMap<number, number>();
  for (let key = 0; key < 5_000; key += 1) map.set(key, key);
  for (let key = 0; key < 5_000; key += 2) map.delete(key);
  assert.deepEqual(
    [...map].map(([key]) => key),
    Array.from({ length: 2_500 }, (_, at) => 2 * at + 1),
  );
});

test("deleting while going through it ends, and shows each entry once", () => {
  const map = new ChurningMap<number, number>();
  for (let key = 0; key < 3_000; key += 1) map.set(key, key);
  const seen: number[] = [];
  for (const key of map.values()) {
    seen.push(key);
    map.delete(key);
  }
  assert.equal(seen.length, 3_000);
  assert.equal(map.size, 0);
});

test("what has left is not kept for alive by the collector of young objects", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: { type: "minor" }) => void;
  const map = new ChurningMap<number, number[]>();
  let next = 0;
  const churn = (times: number): void => {
    for (let step = 0; step < times; step += 1, next += 1) {
      map.set(
        next,
        Array.from({ length: 120 }, () => next),
      );
      map.delete(next - 2);
    }
  };
  churn(3);
  // Its table grows old.
  for (let times = 0; times < 3; times += 1) gc({ type: "minor" });
  const before = process.memoryUsage().heapUsed;
  // A hundred megabytes, of which two kilobytes are there at any time. A Map holds 60.
  for (let round = 0; round < 100; round += 1) {
    churn(1_000);
    gc({ type: "minor" });
  }
  const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  assert.ok(grown < 20, `${grown.toFixed(1)} MiB are held`);
});
