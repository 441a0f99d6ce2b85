import assert from "node:assert/strict";
import { test } from "vitest";
import { ClosedError, StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { isTransient, patiently, pauseMs } from "./patience.ts";

test("what passes, and what does not", () => {
  assert.equal(isTransient(new StoreUnavailableError("x")), true);
  assert.equal(isTransient(new ClosedError("x")), false);
  assert.equal(isTransient(Object.assign(new Error("x"), { retryable: true })), false);
  assert.equal(isTransient(undefined), false);
});

test("pauses double up to a second, each with jitter of up to a half", () => {
  for (const [tries, most] of [
    [1, 20],
    [2, 40],
    [6, 640],
    [7, 1_000],
    [1_000_000, 1_000],
  ] as const) {
    for (let n = 0; n < 50; n += 1) {
      const ms = pauseMs(tries);
      assert.ok(ms >= most / 2 && ms <= most, `${tries}: ${ms}`);
    }
  }
});

test("work is repeated while it may succeed later", async () => {
  const clock = new FakeClock();
  let tries = 0;
  const done = patiently(clock, 10_000, async () => {
    tries += 1;
    if (tries < 4) throw new StoreUnavailableError("away");
    return "done";
  });
  await clock.advance(1_000);
  assert.equal(await done, "done");
  assert.equal(tries, 4);
});

test("it ends with the last error, within its time; with others at once", async () => {
  const clock = new FakeClock();
  let tries = 0;
  const failing = patiently(clock, 200, () => {
    tries += 1;
    return Promise.reject(new StoreUnavailableError(`number ${tries}`));
  });
  const ended = assert.rejects(failing, /number/);
  await clock.advance(200);
  await ended;
  assert.ok(tries >= 3 && tries <= 6, String(tries));
  assert.equal(clock.pending, 0);
  tries = 0;
  const fatal = patiently(clock, 10_000, () => {
    tries += 1;
    return Promise.reject(new ClosedError("over"));
  });
  await assert.rejects(fatal, ClosedError);
  assert.equal(tries, 1);
});
