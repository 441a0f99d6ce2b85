import { noBacklog, queuedBacklog, scheduledBacklog } from "./backlog.ts";
import { drain } from "./drain.ts";
import { idle } from "./idle.ts";
import { lateness } from "./lateness.ts";
import { memory } from "./memory.ts";
import { pickUp } from "./pick-up.ts";
import { pickUpInProcess } from "./pick-up-in-process.ts";
import { produceAndWork } from "./produce-and-work.ts";
import { roundTrip } from "./round-trip.ts";
import { sendBulk } from "./send-bulk.ts";
import { sendConcurrent } from "./send-concurrent.ts";
import { sendOne } from "./send-one.ts";
import type { Workload } from "./workload.ts";

/** Every workload, in the order of reports. */
export const WORKLOADS: readonly Workload[] = [
  sendOne,
  sendConcurrent,
  sendBulk,
  drain(1),
  drain(10),
  drain(100),
  produceAndWork,
  pickUp,
  pickUpInProcess,
  roundTrip,
  lateness,
  noBacklog,
  queuedBacklog(100_000),
  queuedBacklog(1_000_000),
  scheduledBacklog(100_000),
  scheduledBacklog(1_000_000),
  memory,
  idle,
];

export function workloadNamed(name: string): Workload {
  const workload = WORKLOADS.find((workload) => workload.name === name);
  if (workload === undefined) throw new Error(`there is no workload "${name}"`);
  return workload;
}
