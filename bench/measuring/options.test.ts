import assert from "node:assert/strict";
import { test } from "vitest";
import { SYSTEMS } from "../systems/catalog.ts";
import { WORKLOADS } from "../workloads/catalog.ts";
import { UsageError, readOptions } from "./options.ts";

const names = (entries: readonly { name: string }[]): string[] => entries.map(({ name }) => name);

test("all systems and workloads are measured three times when nothing is said", () => {
  const { systems, workloads, runs, quick, out } = readOptions([]);
  assert.deepEqual([systems, workloads, runs, quick, out], [SYSTEMS, WORKLOADS, 3, false, "last"]);
});

test("a name, the beginning of several, and what they stand on choose", () => {
  assert.deepEqual(names(readOptions(["--only", "drain"]).workloads), ["drain-1", "drain-10", "drain-100"]);
  assert.deepEqual(names(readOptions(["--only", "idle,drain-10"]).workloads), ["drain-10", "idle"]);
  assert.deepEqual(names(readOptions(["--only=pick-up"]).workloads), ["pick-up"]);
  assert.deepEqual(names(readOptions(["--systems", "bullmq, plainjob"]).systems), [
    "bullmq-redis",
    "plainjob",
    "bullmq-postgres",
  ]);
  assert.ok(readOptions(["--systems", "redis"]).systems.every(({ base }) => base === "redis"));
});

test.each<[string[], RegExp]>([
  [["--only", "drian"], /no workload "drian"; did you mean "drain"\?/],
  [["--systems", "millrace-reddis"], /no system "millrace-reddis"; did you mean "millrace-redis"\?/],
  [["--onyl", "idle"], /no option "--onyl"; did you mean "--only"\?/],
  [["idle"], /"idle" belongs to no option/],
  [["--runs", "0"], /--runs is a whole number from 1 on/],
  [["--runs", "many"], /--runs is a whole number from 1 on/],
  [["--only"], /--only needs a value/],
  [["--quick=5"], /--quick takes no value/],
])("%j is refused with what to do", (args, expected) => {
  assert.throws(
    () => readOptions(args),
    (error) => error instanceof UsageError && expected.test(error.message),
  );
});
