import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import { Lookout } from "./lookout.ts";

/** Answers that come at a given time, and a clock that goes on with every look. */
class Answers {
  now = 0;
  dueAt: number | undefined;
  readonly told: boolean[] = [];
  readonly lookout: Lookout = new Lookout(
    {
      isDue: () => this.dueAt !== undefined,
      hear: () => {
        this.now += 0.1;
        if (this.dueAt === undefined || this.now < this.dueAt) return;
        this.dueAt = undefined;
        this.lookout.heard();
      },
      looking: (looking) => this.told.push(looking),
    },
    () => this.now,
  );

  /** A call whose answer takes so long; whether it was looked for. Lets the look come to its end. */
  async call(ms: number): Promise<boolean> {
    const before = this.told.length;
    this.dueAt = this.now + ms;
    this.lookout.look();
    for (let turns = 0; turns < 30; turns += 1) await turn();
    return this.told.length > before;
  }

  /** The answer comes by itself. */
  wake(): void {
    this.now = Math.max(this.now, this.dueAt ?? 0);
    this.dueAt = undefined;
    this.lookout.heard();
  }
}

test("looks for the answer to a call that follows an answer at once, until it is there", async () => {
  const answers = new Answers();
  answers.wake();
  assert.equal(await answers.call(0.25), true);
  assert.equal(answers.dueAt, undefined);
  assert.ok(answers.now < 0.6, String(answers.now));
  assert.deepEqual(answers.told, [true, false]);
  answers.wake();
  assert.equal(await answers.call(0.25), true);
});

test("leaves a call alone that comes by itself", async () => {
  const answers = new Answers();
  answers.wake();
  answers.now += 1;
  assert.equal(await answers.call(0.1), false);
  answers.wake();
  assert.equal(await answers.call(0.1), true);
});

test("looks for ever fewer calls while answers come late, and for all again when they come soon", async () => {
  const answers = new Answers();
  const looked: boolean[] = [];
  for (let call = 0; call < 8; call += 1) {
    answers.wake();
    looked.push(await answers.call(5));
  }
  assert.deepEqual(looked, [true, false, true, false, false, false, true, false]);
  answers.wake();
  while (!(await answers.call(0.2))) answers.wake();
  answers.wake();
  assert.equal(await answers.call(0.2), true);
});

test("is told of by a call that follows while it looks, and then looks on for that one's answer", async () => {
  const answers = new Answers();
  answers.wake();
  answers.dueAt = answers.now + 0.3;
  answers.lookout.look();
  while (answers.dueAt !== undefined) await turn();
  answers.dueAt = answers.now + 0.4;
  answers.lookout.look();
  for (let turns = 0; turns < 30; turns += 1) await turn();
  assert.equal(answers.dueAt, undefined);
});
