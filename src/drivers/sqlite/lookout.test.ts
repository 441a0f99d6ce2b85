import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "vitest";
import { Lookout } from "./lookout.ts";

/** Lets the loop turn until a look of a few turns is over. */
async function over(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

test("looks until the answer is there, and no longer", async () => {
  let looks = 0;
  const lookout = new Lookout(
    () => looks < 3,
    () => {
      looks += 1;
      return 0;
    },
  );
  lookout.look();
  assert.equal(looks, 1, "nothing but the time is looked at within the caller's turn");
  await over();
  assert.equal(looks, 3);
  looks = 0;
  lookout.look();
  await over();
  assert.equal(looks, 3, "after a look that was worth it, the next call is looked for");
});

test("looks for ever fewer calls while answers come late", async () => {
  let now = 0;
  const lookout = new Lookout(
    () => true,
    () => {
      now += 0.1;
      return now;
    },
  );
  const looked: boolean[] = [];
  for (let call = 0; call < 8; call += 1) {
    const before = now;
    lookout.look();
    await over();
    looked.push(now > before);
  }
  assert.deepEqual(looked, [true, false, true, false, false, false, true, false]);
});
