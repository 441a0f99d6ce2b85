import { systemNamed } from "../systems/catalog.ts";
import { moment } from "./moment.ts";
import { RateWindow } from "./rate-window.ts";
import type { Note, Usage, WorkerPlan, WorkerReport, WorkerRequest } from "./worker-plan.ts";

/*
 * A worker in a process of its own, for as long as its parent wants: node run-worker.ts PLAN (JSON). Reports by IPC.
 */
const plan = JSON.parse(process.argv[2] ?? "") as WorkerPlan;
const { base, concurrency, note, expected, window } = plan;

const notes: number[] = [];
let startedJobs = 0;
const rate =
  window === undefined ? undefined : new RateWindow(window, base.pid, (figures) => report({ kind: "window", figures }));

const system = await systemNamed(plan.system).load(base.url);
const stop = await system.work({
  concurrency,
  started: (payload) => {
    if (note !== undefined) notes.push(noted(note, payload));
    startedJobs += 1;
    if (startedJobs === expected) report({ kind: "expected" });
  },
  done: () => rate?.count(),
});

process.on("message", (request: WorkerRequest) => {
  if (request === "usage") report({ kind: "usage", usage: usage() });
  else void end();
});
process.on("disconnect", () => process.exit(1));
report({ kind: "ready" });

async function end(): Promise<void> {
  await stop();
  const last: WorkerReport = { kind: "stopped", notes };
  // Whatever a system left open does not keep the process.
  process.send?.(last, () => process.exit());
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, peakRssMiB: process.resourceUsage().maxRSS / 1_024 };
}

/** A payload that is to be noted says the moment it was sent, or the wall clock's time at which it is due. */
function noted(what: Note, payload: string): number {
  return (what === "pick-up" ? moment() : Date.now()) - Number(payload);
}

function report(message: WorkerReport): void {
  process.send?.(message);
}
