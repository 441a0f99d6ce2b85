import assert from "node:assert/strict";
import { test } from "vitest";
import { type AnyTask, task } from "../core/index.ts";
import { DuplicateTaskError } from "../errors/index.ts";
import { KnownTasks } from "./known-tasks.ts";

const add = task("add", () => 1);
const told = task("told", () => 1, { onEnd: () => undefined });

function folder(files: Map<string, AnyTask>): ConstructorParameters<typeof KnownTasks>[1] {
  return {
    names: () => files.keys(),
    taskNamed: (name) => files.get(name),
    onChange: () => () => undefined,
  };
}

test("one list has the names of tasks, files and their callbacks, and changes in place", () => {
  const files = new Map([["resize", task("resize", () => 2)]]);
  const known = new KnownTasks(new Map([["add", add]]), folder(files), []);
  const { names } = known;
  assert.deepEqual(names.toSorted(), ["add", "resize"]);
  assert.equal(known.refresh(), false);
  files.set("told", told);
  assert.equal(known.refresh(), true);
  assert.deepEqual(names.toSorted(), ["add", "resize", "told", "told:callbacks"]);
  files.clear();
  assert.equal(known.refresh(), true);
  // The last jobs of a file that is gone may still have callbacks to run.
  assert.deepEqual(names.toSorted(), ["add", "told:callbacks"]);
  assert.equal(known.get("told"), undefined);
  assert.notEqual(known.get("told:callbacks"), undefined);
});

test("where a task and a file have one name, it is the task's; a file with options of its own must not have it", () => {
  const files = new Map([["add", told]]);
  assert.equal(new KnownTasks(new Map([["add", add]]), folder(files), []).get("add"), add);
  assert.throws(() => new KnownTasks(new Map([["add", add]]), folder(files), [add]), DuplicateTaskError);
});
