import assert from "node:assert/strict";
import { test } from "vitest";
import type { QueueCount, Store } from "../contracts/index.ts";
import { QueueFullError, StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { BacklogCap } from "./backlog-cap.ts";

/** A count that has begun comes to its end. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A store that is counted, and tells how often. */
class Counted {
  readonly clock = new FakeClock();
  waiting = 0;
  times = 0;
  away = false;
  /** How long one count takes. */
  tookMs = 0;
  readonly cap: BacklogCap;

  constructor(most: number) {
    this.cap = new BacklogCap(most, async () => this.#store, this.clock);
  }

  readonly #store = {
    inspection: {
      counts: async (): Promise<readonly QueueCount[]> => {
        if (this.away) throw new StoreUnavailableError("gone");
        this.times += 1;
        if (this.tookMs > 0) await this.clock.advance(this.tookMs);
        return [
          { queue: "a", state: "queued", count: this.waiting },
          { queue: "a", state: "succeeded", count: 1_000_000 },
        ];
      },
    },
  } as unknown as Store;

  /** Sends, and lets a count that this begins come to its end. */
  async send(count = 1): Promise<void> {
    this.cap.admit(Array.from({ length: count }, () => "a"));
    await settled();
  }
}

test("far from the cap, it counts every half minute and not with the requests", async () => {
  const counted = new Counted(1_000_000);
  await counted.cap.refresh();
  for (let second = 0; second < 29; second += 1) {
    await counted.send(1_000);
    await counted.clock.advance(1_000);
  }
  assert.equal(counted.times, 1);
  await counted.clock.advance(1_000);
  await counted.send();
  assert.equal(counted.times, 2);
});

test("halfway to the cap it counts again, so that what workers took makes room", async () => {
  const counted = new Counted(100);
  await counted.cap.refresh();
  await counted.clock.advance(1_000);
  await counted.send(50);
  assert.equal(counted.times, 1);
  counted.waiting = 60;
  await counted.send(1);
  assert.equal(counted.times, 2);
  await counted.clock.advance(1_000);
  await counted.send(20);
  assert.equal(counted.times, 2);
  await counted.send(1);
  assert.equal(counted.times, 3);
});

test("a full queue is refused, and looked at every second until it has room", async () => {
  const counted = new Counted(10);
  counted.waiting = 10;
  await counted.cap.refresh();
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  counted.cap.admit(["b"]);
  counted.waiting = 3;
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  await counted.clock.advance(1_000);
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  await settled();
  await counted.send(7);
  assert.equal(counted.times, 2);
});

test("what takes long to count is counted more seldom", async () => {
  const counted = new Counted(10);
  counted.waiting = 10;
  counted.tookMs = 500;
  await counted.cap.refresh();
  await counted.clock.advance(9_999);
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  await settled();
  assert.equal(counted.times, 1);
  await counted.clock.advance(1);
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  await settled();
  assert.equal(counted.times, 2);
});

test("a store that is away leaves the last numbers standing", async () => {
  const counted = new Counted(10);
  counted.waiting = 10;
  await counted.cap.refresh();
  counted.away = true;
  await counted.clock.advance(30_000);
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
  await settled();
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
});

test("jobs that were refused after all leave room for others", async () => {
  const counted = new Counted(10);
  await counted.cap.refresh();
  const jobs = Array.from({ length: 10 }, () => "a");
  counted.cap.admit(jobs);
  counted.cap.takeBack(jobs);
  counted.cap.takeBack(["never admitted"]);
  counted.cap.admit(jobs);
  assert.throws(() => counted.cap.admit(["a"]), QueueFullError);
});
