import assert from "node:assert/strict";
import { test, vi } from "vitest";
import { currentJob } from "./current-job.ts";
import { KeepAlive } from "./keep-alive.ts";
import { systemClock } from "./system-clock.ts";

test("timers never fire early by the clock's own time", async () => {
  const early: number[] = [];
  await Promise.all(
    Array.from({ length: 60 }, (_, at) => {
      const due = systemClock.monotonic() + at / 3;
      return new Promise<void>((resolve) => {
        systemClock.setTimer(at / 3, () => {
          const left = due - systemClock.monotonic();
          if (left > 0) early.push(left);
          resolve();
        });
      });
    }),
  );
  assert.deepEqual(early, []);
});

test("a cancelled timer does not fire, and a negative delay is none", async () => {
  let fired = 0;
  systemClock.setTimer(1, () => (fired += 1)).cancel();
  await new Promise<void>((resolve) => {
    systemClock.setTimer(-5, resolve);
  });
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  assert.equal(fired, 0);
});

test("a delay longer than Node's longest is waited for in parts", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    let fired = 0;
    const fifty = 50 * 86_400_000;
    systemClock.setTimer(fifty, () => (fired += 1));
    vi.advanceTimersByTime(fifty - 1);
    assert.equal(fired, 0);
    vi.advanceTimersByTime(2);
    assert.equal(fired, 1);
    const long = systemClock.setTimer(fifty, () => (fired += 1));
    vi.advanceTimersByTime(fifty / 2);
    long.cancel();
    vi.advanceTimersByTime(fifty);
    assert.equal(fired, 1);
  } finally {
    vi.useRealTimers();
  }
});

test("a process is kept alive while anybody holds it", () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const alive = new KeepAlive();
  alive.hold();
  alive.hold();
  assert.equal(timers(), before + 1);
  alive.release();
  assert.equal(timers(), before + 1);
  alive.release();
  assert.equal(timers(), before);
  alive.hold();
  assert.equal(timers(), before + 1);
  alive.release();
});

test("the current job is one for the process, wherever it is asked for", () => {
  const shared: unknown = Reflect.get(globalThis, Symbol.for("millrace.current-job"));
  assert.equal(shared, currentJob);
  assert.equal(currentJob.getStore(), undefined);
});
