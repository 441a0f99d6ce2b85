import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError, PositionError } from "../errors/index.ts";
import { JobRecord } from "./job-record.ts";
import { describeIssues } from "./standard-schema.ts";
import { isTask, task } from "./task.ts";
import { wholeNumber } from "./whole-number.ts";

test("a task holds its function unchanged, and its options checked", () => {
  const add = (a: number, b: number): number => a + b;
  const made = task("add", add, { queue: "sums", priority: 9, retries: 2, expireAfter: "1h", callbackTimeout: 5 });
  assert.equal(made.run, add);
  assert.deepEqual(
    [made.name, made.queue, made.priority, made.plan, made.expireAfterMs, made.callbackTimeoutMs],
    ["add", "sums", 9, { retries: 2 }, 3_600_000, 5],
  );
  assert.ok(Object.isFrozen(made));
  assert.ok(isTask(made));
  const plain = task("plain", add);
  assert.deepEqual([plain.queue, plain.priority, plain.plan, plain.callbackTimeoutMs], ["default", 0, {}, 30_000]);
});

test.each<[string, () => unknown]>([
  ["a name that is none", () => task("no name", () => 1)],
  ["a queue that is none", () => task("t", () => 1, { queue: "no name" })],
  ["a body that is no function", () => task("t", "body" as never)],
  ["a priority out of bounds", () => task("t", () => 1, { priority: 10 })],
  ["a timeout of 0", () => task("t", () => 1, { timeout: 0 })],
  ["an expiry that is none", () => task("t", () => 1, { expireAfter: -1 })],
  ["a callback timeout of 0", () => task("t", () => 1, { callbackTimeout: 0 })],
])("refuses %s", (_, make) => {
  assert.throws(make, ConfigurationError);
});

test("what is no task", () => {
  for (const value of [null, undefined, 5, "t", () => 1, {}, { run: 1 }]) assert.equal(isTask(value), false);
});

test("whole numbers, bounds included", () => {
  assert.equal(wholeNumber(0, "n", 0, 9), 0);
  assert.equal(wholeNumber(9, "n", 0, 9), 9);
  for (const value of [-1, 10, 1.5, "5", null, undefined, Number.NaN, 5n])
    assert.throws(() => wholeNumber(value, "n", 0, 9), ConfigurationError);
});

test("issues of a schema in one line, with their paths, the first five of them", () => {
  assert.equal(describeIssues([{ message: "bad" }]), "bad");
  assert.equal(describeIssues([{ message: "bad", path: [0, { key: "a" }, Symbol.for("s")] }]), "0.a.Symbol(s): bad");
  assert.equal(describeIssues(Array.from({ length: 7 }, () => ({ message: "x" }))), "x; x; x; x; x; and 2 more");
});

test("a record's values by position", () => {
  const fields = {
    id: "1",
    task: "t",
    queue: "q",
    state: "succeeded" as const,
    priority: 0,
    args: [],
    attempt: 1,
    attempts: [],
    crashes: 0,
    cancelRequested: false,
    createdAt: 1,
    log: [],
    resultGone: false,
  };
  const tuple = new JobRecord({ ...fields, result: [1, undefined, "c"] });
  assert.deepEqual([tuple.get(0), tuple.get(1), tuple.get(2)], [1, undefined, "c"]);
  assert.equal(new JobRecord({ ...fields, result: 5 }).get(0), 5);
  assert.equal(new JobRecord(fields).get(0), undefined);
  for (const record of [
    tuple,
    new JobRecord({ ...fields, result: [1, 2, 3], state: "running" }),
    new JobRecord({ ...fields, result: [1, 2, 3], resultGone: true }),
  ]) {
    for (const position of [3, -1, 1.5, Number.NaN]) assert.throws(() => record.get(position), PositionError);
  }
  assert.throws(() => new JobRecord({ ...fields, resultGone: true }).get(0), PositionError);
  assert.equal(tuple.isFinal, true);
  assert.equal(new JobRecord({ ...fields, state: "retrying" }).isFinal, false);
});
