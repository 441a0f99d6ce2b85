import assert from "node:assert/strict";
import { test } from "vitest";
import { systemNamed } from "../systems/catalog.ts";
import { workloadNamed } from "../workloads/catalog.ts";
import { schedule, unfit } from "./schedule.ts";

test("systems take turns within a workload, and another one begins in each run", () => {
  const workloads = [workloadNamed("send-one"), workloadNamed("idle")];
  const systems = ["bullmq-redis", "bee-queue", "raw-redis"].map(systemNamed);
  const order = schedule(workloads, systems, 2).map(
    ({ run, workload, system }) => `${run} ${workload.name} ${system.name}`,
  );
  assert.deepEqual(order, [
    "1 send-one bullmq-redis",
    "1 send-one bee-queue",
    "1 send-one raw-redis",
    "1 idle bullmq-redis",
    "1 idle bee-queue",
    "1 idle raw-redis",
    "2 send-one bee-queue",
    "2 send-one raw-redis",
    "2 send-one bullmq-redis",
    "2 idle bee-queue",
    "2 idle raw-redis",
    "2 idle bullmq-redis",
  ]);
});

test("a system is not asked for what it cannot do", () => {
  const reason = (workload: string, system: string): string | undefined =>
    unfit(workloadNamed(workload), systemNamed(system));
  assert.match(reason("round-trip", "pg-boss") ?? "", /pushes no results/);
  assert.match(reason("lateness", "raw-sqlite") ?? "", /delays no jobs/);
  assert.match(reason("drain-100", "plainjob") ?? "", /one job at a time/);
  assert.equal(reason("drain-1", "plainjob"), undefined);
  assert.equal(reason("produce-and-work", "plainjob"), undefined);
  assert.deepEqual(schedule([workloadNamed("round-trip")], [systemNamed("pg-boss")], 3), []);
});
