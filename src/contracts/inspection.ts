import type { JobState } from "../core/state.ts";
import type { StoredJob } from "./stored-job.ts";

export interface ListQuery {
  readonly queue?: string;
  readonly state?: JobState;
  readonly task?: string;
  /** At most this many jobs, 1–1,000. */
  readonly limit: number;
  /** Where an earlier page ended. */
  readonly cursor?: string;
}

export interface ListPage {
  /** Newest first. A page may hold fewer than `limit` jobs and still have a cursor: a look is bounded in what it reads. */
  readonly jobs: readonly StoredJob[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

export interface QueueCount {
  readonly queue: string;
  readonly state: JobState;
  readonly count: number;
}

/** Optional: looking at many jobs, and putting dead letters back or away. */
export interface Inspection {
  list(query: ListQuery): Promise<ListPage>;
  /** Jobs by queue and state, without those whose retention is over. */
  counts(): Promise<readonly QueueCount[]>;
  /**
   * Makes `failed` jobs wait again: `queued`, no attempts, crashes, error, expiry or cancellation; token and trail go on.
   * Returns the jobs as they are now, `undefined` for those that are not `failed`.
   */
  replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]>;
  /** Deletes `failed` records: those named, or up to `limit` of all. Returns how many. */
  removeDead(ids: readonly string[] | undefined, limit: number): Promise<number>;
}
