import type { JobRecord, JobState } from "../../index.ts";
import type { LoadSample } from "./load-sample.ts";

export interface QueueLoad {
  readonly queue: string;
  readonly counts: Partial<Record<JobState, number>>;
  readonly paused: boolean;
  /** Succeeded, and failed for good, a second since the sample before. */
  readonly donePerSecond: number;
  readonly failedPerSecond: number;
}

/** Milliseconds that half, and all but one in a hundred, stayed below. */
interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface WorkerLoad {
  readonly worker: string;
  /** Jobs that it can run at once, where that is known. */
  readonly slots?: number;
  readonly running: number;
  readonly longestMs: number;
  /** What it runs just now. */
  readonly tasks: readonly string[];
}

/** What `top` shows, as data. */
export interface LoadReport {
  readonly at: number;
  readonly queues: readonly QueueLoad[];
  /** Of the latest jobs that succeeded at their first attempt: from sent to started, and from there to done. */
  readonly latency?: { readonly jobs: number; readonly waited: Spread; readonly ran: Spread };
  /** Those that are alive, where the store knows them, and those that have a job just now. */
  readonly workers: readonly WorkerLoad[];
}

/** Makes a report of two samples, the earlier one first. */
export function loadReport(before: LoadSample, now: LoadSample): LoadReport {
  const seconds = Math.max(0.001, (now.at - before.at) / 1_000);
  const earlier = new Map(before.queues.map(({ queue, counts }) => [queue, counts]));
  const queues = now.queues.map(({ queue, counts, paused = false }): QueueLoad => {
    // Purged records make a count fall, which is no work undone.
    const rate = (state: JobState): number =>
      Math.max(0, (counts[state] ?? 0) - (earlier.get(queue)?.[state] ?? 0)) / seconds;
    return { queue, counts, paused, donePerSecond: rate("succeeded"), failedPerSecond: rate("failed") };
  });
  const latency = latencyOf(now.succeeded);
  return { at: now.at, queues, ...(latency === undefined ? {} : { latency }), workers: workersOf(now) };
}

function latencyOf(jobs: readonly JobRecord[]): LoadReport["latency"] {
  const waits: number[] = [];
  const runs: number[] = [];
  for (const { attempt, createdAt, startedAt, finishedAt } of jobs) {
    if (attempt !== 1 || startedAt === undefined || finishedAt === undefined) continue;
    waits.push(startedAt - createdAt);
    runs.push(finishedAt - startedAt);
  }
  return waits.length === 0 ? undefined : { jobs: waits.length, waited: spread(waits), ran: spread(runs) };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function workersOf({ running, workers = [], at }: LoadSample): WorkerLoad[] {
  const byWorker = Map.groupBy(running, ({ worker }) => worker ?? "?");
  const names = new Set([...workers.map(({ name }) => name), ...byWorker.keys()]);
  return [...names]
    .map((worker): WorkerLoad => {
      const jobs = byWorker.get(worker) ?? [];
      const slots = workers.find(({ name }) => name === worker)?.queues;
      return {
        worker,
        ...(slots === undefined ? {} : { slots: Object.values(slots).reduce((sum, each) => sum + each, 0) }),
        running: jobs.length,
        longestMs: Math.max(0, ...jobs.map(({ startedAt = at }) => at - startedAt)),
        tasks: [...new Set(jobs.map(({ task }) => task))].toSorted(),
      };
    })
    .toSorted((a, b) => b.running - a.running || (a.worker < b.worker ? -1 : 1));
}
