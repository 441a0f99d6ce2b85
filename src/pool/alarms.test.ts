import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { Alarms } from "./alarms.ts";

test("rings each alarm once, in the order of their times, never early, on one timer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ delay: fc.nat({ max: 50 }), pass: fc.nat({ max: 20 }), isCancelled: fc.boolean() })),
      async (plan) => {
        const clock = new FakeClock();
        const alarms = new Alarms(clock);
        const rung: number[] = [];
        const expected: { readonly at: number; readonly name: number }[] = [];
        for (const [name, { delay, pass, isCancelled }] of plan.entries()) {
          const at = clock.monotonic() + delay;
          const alarm = alarms.set(delay, () => {
            assert.ok(clock.monotonic() >= at);
            rung.push(name);
          });
          if (isCancelled) alarm.cancel();
          else expected.push({ at, name });
          assert.ok(clock.pending <= 1);
          await clock.advance(pass);
        }
        await clock.advance(100);
        const inOrder = expected.toSorted((a, b) => a.at - b.at || a.name - b.name).map(({ name }) => name);
        assert.deepEqual(rung, inOrder);
        assert.equal(clock.pending, 0);
      },
    ),
  );
});

test("an alarm that has rung can be cancelled, which does nothing to others", async () => {
  const clock = new FakeClock();
  const alarms = new Alarms(clock);
  const rung: string[] = [];
  const first = alarms.set(10, () => rung.push("first"));
  alarms.set(20, () => rung.push("second"));
  await clock.advance(10);
  first.cancel();
  first.cancel();
  await clock.advance(10);
  assert.deepEqual(rung, ["first", "second"]);
});

test("one that rings may set another", async () => {
  const clock = new FakeClock();
  const alarms = new Alarms(clock);
  const rung: number[] = [];
  const again = (): void => {
    rung.push(clock.monotonic());
    if (rung.length < 3) alarms.set(5, again);
  };
  alarms.set(5, again);
  await clock.advance(100);
  assert.deepEqual(rung, [5, 10, 15]);
});

test("the process is kept alive only while an alarm is set", () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const alarms = new Alarms(new FakeClock());
  const [one, other] = [alarms.set(1, () => {}), alarms.set(2, () => {})];
  assert.equal(timers(), before + 1);
  one.cancel();
  one.cancel();
  assert.equal(timers(), before + 1);
  other.cancel();
  assert.equal(timers(), before);
});
