import { moment } from "../measuring/moment.ts";
import { percentile } from "../reporting/statistics.ts";
import { steadily } from "./steadily.ts";
import type { Figure, Figures, Workload } from "./workload.ts";

export const LATENCY_JOBS = 500;
/** Left out: the first jobs compile the code. */
export const LATENCY_WARM = 50;
export const LATENCY_CONCURRENCY = 10;

export const LATENCY_FIGURES: readonly Figure[] = [
  { name: "p50", title: "p50, ms", better: "less" },
  { name: "p99", title: "p99, ms", better: "less" },
];

/** From the call of `send` in one process to the start of the function in another, at 50 jobs a second. */
export const pickUp: Workload = {
  name: "pick-up",
  title: "Pick-up across processes, 50 jobs/s",
  figures: LATENCY_FIGURES,
  measure: async (stage) => {
    const jobs = stage.scale.jobs(LATENCY_JOBS) + LATENCY_WARM;
    const producer = await stage.system.produce();
    const worker = await stage.startWorker({ concurrency: LATENCY_CONCURRENCY, note: "pick-up", expected: jobs });
    await steadily(jobs, () => producer.send(sentNow()));
    await worker.expected();
    const notes = await worker.stop();
    await producer.close();
    return percentiles(notes.slice(LATENCY_WARM));
  },
};

/** A payload of 100 bytes that says when it was sent. */
export function sentNow(): string {
  return String(moment()).padEnd(100);
}

export function percentiles(values: readonly number[]): Figures {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}
