import assert from "node:assert/strict";
import { test } from "vitest";
import { newLines } from "./job-events.ts";

const lines = (...messages: string[]): { at: number; message: string }[] =>
  messages.map((message) => ({ at: 1, message }));

test.each([
  [[], ["a"], ["a"]],
  [["a"], ["a"], []],
  [["a"], ["a", "b"], ["b"]],
  [["a", "b", "c"], ["b", "c", "d"], ["d"]],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [["a", "a"], ["a", "a", "a"], ["a"]],
  [["a", "b"], [], []],
])("after %j, of %j the lines %j are new", (before, now, expected) => {
  assert.deepEqual(newLines(lines(...before), lines(...now)), lines(...expected));
});
