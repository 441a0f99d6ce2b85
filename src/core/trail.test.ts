import assert from "node:assert/strict";
import { test } from "vitest";
import type { Attempt } from "./attempt.ts";
import { decodeNotes, encodeNotes } from "./notes.ts";
import { decodeTrail, encodeTrail, isReplay, withAttempt } from "./trail.ts";

const attempt = (number: number): Attempt => ({ number, startedAt: 1, endedAt: 2, worker: "w", outcome: "failed" });

test("the latest attempts are kept, oldest first, the newest always among them", () => {
  let trail = decodeTrail(undefined);
  for (let number = 1; number <= 11; number += 1) trail = withAttempt(trail, attempt(number), 3);
  assert.deepEqual(
    trail.attempts.map(({ number }) => number),
    [9, 10, 11],
  );
  assert.deepEqual(withAttempt(trail, attempt(12), 0).attempts, []);
  assert.deepEqual(
    withAttempt(trail, attempt(12), 1).attempts.map(({ number }) => number),
    [12],
  );
});

test("a trail comes back, and what is none reads as empty", () => {
  const trail = { attempts: [attempt(1)], maxAttempts: 4 };
  assert.deepEqual(decodeTrail(encodeTrail(trail)), trail);
  for (const text of [undefined, "", "{", "null", "5", "[]", '{"attempts":5}'])
    assert.deepEqual(decodeTrail(text), { attempts: [] });
  assert.deepEqual(decodeTrail('{"attempts":[],"maxAttempts":"9"}'), { attempts: [] });
});

test("of a trail or of notes that somebody changed, what can be read remains", () => {
  const [one, two] = [attempt(1), attempt(2)];
  const strange = [null, 7, {}, { ...one, number: "1" }, { ...one, outcome: "evicted" }, { ...one, worker: null }];
  const text = JSON.stringify({ attempts: [one, ...strange, two], maxAttempts: 1.5, more: 1 });
  assert.deepEqual(decodeTrail(text), { attempts: [one, two] });
  const lines = [{ at: 1, message: "x" }, 7, null, { at: "1", message: "x" }, { at: 2 }];
  assert.deepEqual(decodeNotes(JSON.stringify({ log: lines, more: 1 })), { log: [{ at: 1, message: "x" }] });
});

test("a replay is known by the trail of the run before, and by its own from then on", () => {
  const none = encodeTrail({ attempts: [] });
  assert.equal(isReplay({ attempt: 1 }), false);
  assert.equal(isReplay({ attempt: 1, trail: none }), true);
  assert.equal(isReplay({ attempt: 2, trail: none }), false);
  assert.equal(isReplay({ attempt: 2, trail: encodeTrail({ attempts: [], isReplay: true }) }), true);
  assert.equal(isReplay({ attempt: 2, trail: '{"attempts":[],"isReplay":1}' }), false);
});

test("adding an attempt keeps what the task had set", () => {
  assert.equal(withAttempt({ attempts: [], maxAttempts: 7 }, attempt(1), 5).maxAttempts, 7);
});

test("notes come back, and what are none read as empty", () => {
  const notes = { progress: "[1]", log: [{ at: 1, message: "x" }] };
  assert.deepEqual(decodeNotes(encodeNotes(notes)), notes);
  for (const text of [undefined, "", "{", "null", "5", '{"progress":5,"log":{}}'])
    assert.deepEqual(decodeNotes(text), {});
});
