import type { ExecutablesInForce } from "./worker-host.ts";

/** Which attempt at which job an event is about. */
export interface JobInfo {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** From 1. */
  readonly attempt: number;
}

/** What a worker tells. Events about a job's end come when it is recorded, not before. Listed in docs/events.md. */
export interface WorkerEvents {
  /** The worker reserves jobs from now on. */
  readonly ready: {
    readonly worker: string;
    readonly queues: readonly string[];
    /** How executables are run, where there is a folder of them. */
    readonly executables?: ExecutablesInForce;
  };
  /** `stop` was called: nothing new is reserved. */
  readonly stopping: { readonly worker: string };
  /** Everything is settled or given back. */
  readonly stopped: { readonly worker: string };
  /** An attempt begins. */
  readonly started: JobInfo;
  readonly succeeded: JobInfo & { readonly durationMs: number };
  /** Failed for good: dead-lettered. */
  readonly failed: JobInfo & { readonly error: unknown };
  /** Failed, and will be tried again. */
  readonly retrying: JobInfo & { readonly error: unknown; readonly delayMs: number };
  readonly expired: JobInfo;
  readonly cancelled: JobInfo;
  /** Given back uncharged, because the worker stops or reserved too far ahead. */
  readonly released: JobInfo;
  /** The lease was lost: another worker has the job, and this attempt's outcome is not recorded. */
  readonly stalled: JobInfo;
  /** A function ignored its signal beyond `hang`: its slot stays taken until it returns. */
  readonly hung: JobInfo;
  /** Jobs of a task that this worker does not know were set aside for one that does. */
  readonly "unknown-task": { readonly queue: string; readonly task: string; readonly count: number };
  /** Something beside a job failed: the store was not reachable, a callback or listener threw. The worker goes on. */
  readonly error: { readonly error: unknown; readonly job?: JobInfo };
}
