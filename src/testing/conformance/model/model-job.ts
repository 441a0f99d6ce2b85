import type { NewJob } from "../../../contracts/new-job.ts";
import type { Keep } from "../../../contracts/settlement.ts";
import type { JobState } from "../../../core/state.ts";

/** What the model knows of one job. Times are milliseconds since the model began. */
export interface ModelJob {
  readonly job: NewJob;
  /** Place in the order of acceptance; `undefined` after a replay, whose place the contracts leave open. */
  place: number | undefined;
  state: Exclude<JobState, "blocked">;
  /** The latest token that was seen; the next must be higher. */
  lease: number;
  attempt: number;
  crashes: number;
  cancelRequested: boolean;
  /** While it runs. */
  leaseEndsAt: number;
  /** While it runs: its expiry was past when it was handed out. */
  expired: boolean;
  /** While it is scheduled or retrying. */
  dueAt: number;
  /** Until a replay, which takes the expiry away. */
  expiresAt: number;
  trail: string | undefined;
  notes: string | undefined;
  result: string | undefined;
  error: string | undefined;
  worker: string | undefined;
  /** When it is final: when the record's retention is over. */
  keptUntil: number;
  resultKeptUntil: number;
}

/** The end of a retention that begins now. */
function endOf(now: number, ms: number | null): number {
  return ms === null ? Infinity : now + ms;
}

/** Makes `job` final. */
export function finish(job: ModelJob, state: ModelJob["state"], now: number, keep: Keep): void {
  job.state = state;
  job.keptUntil = state === "failed" ? Infinity : endOf(now, keep.recordMs);
  job.resultKeptUntil = endOf(now, keep.resultMs);
}
