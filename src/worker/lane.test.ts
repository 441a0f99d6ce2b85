import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "vitest";
import type { Lease } from "../contracts/index.ts";
import { type Reserved, Lane } from "./lane.ts";

const reserved = (id: number, receivedAt = 0): Reserved => ({ lease: { id: String(id) } as Lease, receivedAt });
const lane = (concurrency: number, aheadMs = 0): Lane => new Lane("q", { concurrency, minIntervalMs: 0 }, aheadMs, 0);

test("an idle lane wants as many as it has slots, less what is on its way", () => {
  const one = lane(10);
  assert.equal(one.want(), 10);
  one.requested = 4;
  assert.equal(one.want(), 6);
  one.put([reserved(1), reserved(2)]);
  assert.equal(one.want(), 4);
  one.running = 4;
  assert.equal(one.want(), 0);
});

test("it wants nothing when it is dry, stopped or full, and never more than 100 at once", () => {
  const one = lane(5_000);
  assert.equal(one.want(), 100);
  one.dry = true;
  assert.equal(one.want(), 0);
  assert.equal(one.isStarving, false);
  one.dry = false;
  one.stopped = true;
  assert.equal(one.want(), 0);
  assert.equal(one.isStarving, false);
  const full = lane(2);
  full.running = 2;
  assert.equal(full.want(), 0);
  assert.equal(full.hasRoom, false);
});

test("it starves only with free slots and nothing on its way", () => {
  const one = lane(1);
  assert.equal(one.isStarving, true);
  one.requested = 1;
  assert.equal(one.isStarving, false);
  one.requested = 0;
  one.put([reserved(1)]);
  assert.equal(one.isStarving, false);
  assert.equal(one.take()?.lease.id, "1");
  one.running = 1;
  assert.equal(one.isStarving, false);
});

test("slots that a queue's earlier jobs still have are not given out twice", () => {
  const first = lane(3);
  first.running = 2;
  first.stopped = true;
  const again = new Lane("q", { concurrency: 3, minIntervalMs: 0 }, 0, 0, first);
  assert.deepEqual([again.taken, again.want()], [2, 1]);
  again.running = 1;
  assert.equal(again.hasRoom, false);
  again.running = 0;
  const third = new Lane("q", { concurrency: 1, minIntervalMs: 0 }, 0, 0, again);
  assert.deepEqual([third.taken, third.want(), third.isStarving], [2, 0, false]);
  first.running = 0;
  assert.deepEqual([third.taken, third.want(), third.isStarving], [0, 1, true]);
});

test("jobs are taken in the order they came", () => {
  const one = lane(1);
  one.put([reserved(1), reserved(2)]);
  assert.equal(one.take()?.lease.id, "1");
  one.put([reserved(3)]);
  assert.equal(one.buffered, 2);
  assert.deepEqual(
    [one.take(), one.take(), one.take()].map((each) => each?.lease.id),
    ["2", "3", undefined],
  );
  assert.equal(one.buffered, 0);
});

test("it reserves ahead by its pace, and asks again only once a third of that is used up", () => {
  const one = lane(1, 10);
  for (let job = 0; job < 200; job += 1) one.finishedOne();
  // 200 jobs in 100 ms are 2 a millisecond; the newest window counts half.
  one.measure(100);
  one.running = 1;
  assert.equal(one.want(), 10);
  one.put(Array.from({ length: 7 }, (_, id) => reserved(id)));
  assert.equal(one.want(), 0);
  one.take();
  assert.equal(one.want(), 4);
  // Standing still, it goes back to nothing.
  for (let at = 200; at <= 1_200; at += 100) one.measure(at);
  while (one.take() !== undefined);
  assert.equal(one.want(), 0);
});

test("windows too short to say anything are not counted", () => {
  const one = lane(1, 10);
  one.finishedOne();
  one.measure(0.5);
  one.running = 1;
  assert.equal(one.want(), 0);
});

test("without reserving ahead, a fast lane wants no more than its slots", () => {
  const one = lane(2, 0);
  for (let job = 0; job < 10_000; job += 1) one.finishedOne();
  one.measure(10);
  assert.equal(one.want(), 2);
});

test("a paced lane takes one job at a time, and none while it rests", () => {
  const one = new Lane("q", { concurrency: 4, minIntervalMs: 200 }, 100, 0);
  assert.equal(one.want(), 1);
  one.requested = 1;
  assert.equal(one.want(), 0);
  one.requested = 0;
  one.put([reserved(1)]);
  assert.equal(one.want(), 0);
  one.take();
  one.running = 1;
  one.resting = true;
  assert.deepEqual([one.want(), one.hasRoom, one.isStarving], [0, false, false]);
  one.resting = false;
  assert.deepEqual([one.want(), one.hasRoom, one.isStarving], [1, true, true]);
  one.running = 4;
  assert.equal(one.want(), 0);
});

test("a queue that is stopped and started again goes on resting", () => {
  const plan = { concurrency: 4, minIntervalMs: 200 };
  const first = new Lane("q", plan, 0, 0);
  first.resting = true;
  const again = new Lane("q", plan, 0, 0, first);
  assert.deepEqual([again.want(), again.hasRoom], [0, false]);
  first.resting = false;
  assert.deepEqual([again.want(), again.hasRoom], [1, true]);
});

test("what waits for too long is given up whole, and the pace with it", () => {
  const one = lane(1, 100);
  for (let job = 0; job < 1_000; job += 1) one.finishedOne();
  one.measure(10);
  one.running = 1;
  one.put([reserved(1, 50), reserved(2, 60)]);
  assert.deepEqual(one.takeStale(50), []);
  assert.equal(one.buffered, 2);
  assert.deepEqual(
    one.takeStale(51).map(({ lease }) => lease.id),
    ["1", "2"],
  );
  assert.equal(one.buffered, 0);
  assert.equal(one.want(), 0);
  assert.deepEqual(one.takeStale(1_000), []);
});

test("what is cancelled or lost while it waits is taken out, and the others keep their order", () => {
  const one = lane(1, 100);
  one.put([reserved(1), reserved(2), reserved(3)]);
  const { lease } = reserved(2);
  assert.equal(one.takeOut("2", lease.lease + 1), undefined);
  assert.equal(one.takeOut("9", lease.lease), undefined);
  assert.equal(one.buffered, 3);
  assert.equal(one.takeOut("2", lease.lease)?.lease.id, "2");
  assert.equal(one.buffered, 2);
  assert.deepEqual([one.take()?.lease.id, one.take()?.lease.id, one.take()], ["1", "3", undefined]);
});

test("what was started is let go of, though the buffer never runs empty", async () => {
  const one = lane(1);
  const seen: WeakRef<Reserved>[] = [];
  for (let id = 0; id < 5_000; id += 1) {
    const next = reserved(id);
    seen.push(new WeakRef(next));
    one.put([next]);
    if (id > 10) one.take();
  }
  // A weak reference holds on until the turn in which it was made is over.
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const left = seen.filter((each) => each.deref() !== undefined).length;
  assert.equal(one.buffered, 11);
  assert.ok(left < 100, `${left} are held`);
});
