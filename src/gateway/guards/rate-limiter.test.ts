import assert from "node:assert/strict";
import { test } from "vitest";
import { RateLimitError } from "../../errors/index.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { RateLimiter } from "./rate-limiter.ts";

function counted(limiter: RateLimiter, caller: string, times: number): number {
  let allowed = 0;
  for (let time = 0; time < times; time += 1) {
    try {
      limiter.count(caller);
      allowed += 1;
    } catch (error) {
      assert.ok(error instanceof RateLimitError);
    }
  }
  return allowed;
}

test("a caller may make twice its rate at once, and then its rate", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(10, clock);
  assert.equal(counted(limiter, "a", 100), 20);
  await clock.advance(500);
  assert.equal(counted(limiter, "a", 100), 5);
  await clock.advance(60_000);
  assert.equal(counted(limiter, "a", 100), 20);
});

test("callers have allowances of their own", () => {
  const limiter = new RateLimiter(1, new FakeClock());
  assert.equal(counted(limiter, "a", 10), 2);
  assert.equal(counted(limiter, "b", 10), 2);
});

test("0 is any number", () => {
  assert.equal(counted(new RateLimiter(0, new FakeClock()), "a", 10_000), 10_000);
});

test("the refusal says when to come again", () => {
  const limiter = new RateLimiter(0.1, new FakeClock());
  assert.throws(
    () => limiter.count("a"),
    (error) => error instanceof RateLimitError && error.details["retryAfterSeconds"] === 8,
  );
});
