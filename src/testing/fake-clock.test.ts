import assert from "node:assert/strict";
import { test } from "vitest";
import { FakeClock } from "./fake-clock.ts";

test("stands still until it is advanced", async () => {
  const clock = new FakeClock();
  const [wall, elapsed] = [clock.now(), clock.monotonic()];
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  assert.equal(clock.now(), wall);
  assert.equal(clock.monotonic(), elapsed);
  await clock.advance(1500);
  assert.equal(clock.now(), wall + 1500);
  assert.equal(clock.monotonic(), elapsed + 1500);
});

test("every clock starts at the same instant", async () => {
  const early = new FakeClock();
  await early.advance(10);
  assert.equal(new FakeClock().now(), early.now() - 10);
});

test("fires timers in the order of their moments, then of their making", async () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  clock.setTimer(30, () => fired.push("30"));
  clock.setTimer(10, () => fired.push("10"));
  clock.setTimer(10, () => fired.push("10 again"));
  clock.setTimer(31, () => fired.push("31"));
  await clock.advance(30);
  assert.deepEqual(fired, ["10", "10 again", "30"]);
  assert.equal(clock.pending, 1);
  await clock.advance(1);
  assert.deepEqual(fired, ["10", "10 again", "30", "31"]);
  assert.equal(clock.pending, 0);
});

test("a timer sees its own moment, not the end of the advance", async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const seen: number[] = [];
  clock.setTimer(20, () => seen.push(clock.now() - start));
  clock.setTimer(40, () => seen.push(clock.now() - start));
  await clock.advance(100);
  assert.deepEqual(seen, [20, 40]);
});

test("what a timer starts runs before the next fires, and may set timers that are due", async () => {
  const clock = new FakeClock();
  const order: string[] = [];
  clock.setTimer(10, () => {
    void (async (): Promise<void> => {
      await Promise.resolve();
      await Promise.resolve();
      order.push("continuation");
      clock.setTimer(5, () => order.push("child"));
    })();
  });
  clock.setTimer(20, () => order.push("second"));
  await clock.advance(20);
  assert.deepEqual(order, ["continuation", "child", "second"]);
});

test("timers set by code that is under way when advance is called are counted from before it", async () => {
  const clock = new FakeClock();
  let fired = false;
  void (async (): Promise<void> => {
    await Promise.resolve();
    clock.setTimer(10, () => {
      fired = true;
    });
  })();
  await clock.advance(10);
  assert.equal(fired, true);
});

test("a cancelled timer does not fire, and cancelling twice is harmless", async () => {
  const clock = new FakeClock();
  let fired = false;
  const timer = clock.setTimer(10, () => {
    fired = true;
  });
  timer.cancel();
  timer.cancel();
  await clock.advance(20);
  assert.equal(fired, false);
  assert.equal(clock.pending, 0);
});

test("set moves the wall clock alone", async () => {
  const clock = new FakeClock();
  let fired = false;
  clock.setTimer(10, () => {
    fired = true;
  });
  clock.set(0);
  assert.equal(clock.now(), 0);
  assert.equal(clock.monotonic(), 0);
  await clock.advance(9);
  assert.equal(fired, false);
  await clock.advance(1);
  assert.equal(fired, true);
  assert.equal(clock.now(), 10);
});
