import assert from "node:assert/strict";
import { test } from "vitest";
import { stateCode } from "./state-codes.ts";
import { type JobState, isFinal } from "./state.ts";

const TABLE: readonly (readonly [JobState, number, boolean, gTask: number, yTask: number])[] = [
  ["scheduled", 0, false, 1, 0],
  ["blocked", 0, false, 1, 0],
  ["queued", 0, false, 1, 0],
  ["running", 1, false, 3, 1],
  ["running", 2, false, 3, 3],
  ["retrying", 1, false, 2, 2],
  ["succeeded", 1, true, 0, 4],
  ["failed", 4, true, -1, 5],
  ["expired", 0, true, -1, 6],
  ["cancelled", 0, true, -1, 7],
];

test.each(TABLE)("%s on attempt %d: final %s, g_task %d, YTask %d", (state, attempt, final, gTask, yTask) => {
  assert.equal(isFinal(state), final);
  assert.equal(stateCode("g_task", state, attempt), gTask);
  assert.equal(stateCode("ytask", state, attempt), yTask);
});
