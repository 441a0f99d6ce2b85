import type { BaseAddress } from "../bases/base.ts";

/** What a worker process is to do and to note. */
export interface WorkerPlan {
  readonly system: string;
  readonly base: BaseAddress;
  /** Jobs that run at a time. */
  readonly concurrency: number;
  /** What to note as a job starts: `pick-up`, how long ago it was sent; `lateness`, how long ago it was due. */
  readonly note?: Note;
  /** Say so when this many jobs have started. */
  readonly expected?: number;
  readonly window?: Window;
}

export type Note = "pick-up" | "lateness";

/** The part of a worker's time that counts. It ends with the jobs or with the time, whichever ends first. */
export interface Window {
  /** What is left out, while code is compiled: so many jobs, or so long. */
  readonly warmJobs: number;
  readonly warmMs: number;
  readonly jobs: number;
  readonly ms: number;
}

/** What was recorded in a window. */
export interface WindowFigures {
  readonly perSecond: number;
  /** Processor time for each job, microseconds. */
  readonly workerCpuUs: number;
  readonly serverCpuUs: number;
}

/** What a worker process has spent so far. */
export interface Usage {
  readonly cpuMs: number;
  /** The most memory it had. */
  readonly peakRssMiB: number;
}

/** What a worker process says. */
export type WorkerReport =
  | { readonly kind: "ready" }
  | { readonly kind: "expected" }
  | { readonly kind: "window"; readonly figures: WindowFigures }
  | { readonly kind: "usage"; readonly usage: Usage }
  | { readonly kind: "stopped"; readonly notes: readonly number[] };

/** What it is asked. */
export type WorkerRequest = "usage" | "stop";
