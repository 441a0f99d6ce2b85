import assert from "node:assert/strict";
import { test } from "vitest";
import { CLAIMS, type Claim } from "../claims.ts";
import { systemNamed } from "../systems/catalog.ts";
import { workloadNamed } from "../workloads/catalog.ts";
import { judge } from "./judge.ts";
import { measured, resultOf } from "./result.fixture.ts";

const drain: Claim = {
  what: "drain",
  system: "millrace-redis",
  workload: "drain-100",
  figure: "perSecond",
  against: ["bullmq-redis", "bee-queue"],
  atLeast: 5,
};

test("a ratio is taken within each run, to the best of the others, and its median counts", () => {
  const result = resultOf(
    measured("drain-100", "perSecond", {
      "millrace-redis": [50, 100, 10],
      "bullmq-redis": [5, 10, 1],
      "bee-queue": [10, 16, 2],
    }),
  );
  const verdict = judge(drain, result);
  assert.equal(verdict?.ratio, 5);
  assert.equal(verdict?.own, 50);
  assert.equal(verdict?.met, true);
});

test("the best is the least where less is better", () => {
  const claim: Claim = {
    what: "pick-up",
    system: "millrace-redis",
    workload: "pick-up",
    figure: "p99",
    against: ["bullmq-redis", "bee-queue"],
    atMost: 1,
  };
  const result = resultOf(measured("pick-up", "p99", { "millrace-redis": [3], "bullmq-redis": [6], "bee-queue": [2] }));
  assert.deepEqual([judge(claim, result)?.ratio, judge(claim, result)?.met], [1.5, false]);
});

test("a claim without others stands for itself, to the very number", () => {
  const claim: Claim = { what: "", system: "millrace-sqlite", workload: "lateness", figure: "early", atMost: 0 };
  assert.equal(judge(claim, resultOf(measured("lateness", "early", { "millrace-sqlite": [0, 0, 0] })))?.met, true);
  assert.equal(judge(claim, resultOf(measured("lateness", "early", { "millrace-sqlite": [1, 1, 0] })))?.met, false);
});

test("a claim about the system's own other workload is judged within each run", () => {
  const result = resultOf([
    ...measured("backlog-none", "donePerSecond", { "millrace-sqlite": [100, 200] }),
    ...measured("backlog-queued-1000000", "donePerSecond", { "millrace-sqlite": [90, 150] }),
  ]);
  const claim = CLAIMS.find(
    ({ system, workload, figure }) =>
      system === "millrace-sqlite" && workload === "backlog-queued-1000000" && figure === "donePerSecond",
  );
  assert.ok(claim);
  assert.equal(judge(claim, result)?.ratio, 0.825);
});

test("nothing is said of what was not measured on both sides", () => {
  assert.equal(judge(drain, resultOf(measured("drain-100", "perSecond", { "millrace-redis": [50] }))), undefined);
  assert.equal(judge(drain, resultOf(measured("drain-100", "perSecond", { "bee-queue": [50] }))), undefined);
  assert.equal(
    judge(drain, resultOf(measured("drain-10", "perSecond", { "millrace-redis": [1], "bee-queue": [1] }))),
    undefined,
  );
});

test("every claim is about systems, workloads and figures that there are, and has one bound", () => {
  for (const { system, against = [], workload, theirWorkload = workload, figure, atLeast, atMost } of CLAIMS) {
    for (const name of [system, ...against]) systemNamed(name);
    for (const name of [workload, theirWorkload]) {
      assert.ok(
        workloadNamed(name).figures.some((one) => one.name === figure),
        `${name} has no ${figure}`,
      );
    }
    assert.notEqual(atLeast === undefined, atMost === undefined);
  }
});
