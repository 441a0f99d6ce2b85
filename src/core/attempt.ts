import type { StoredError } from "./stored-error.ts";

/** How an attempt ended: a value, an error, a timeout, a function that never came back, or not at all (cancelled, expired). */
export type AttemptOutcome = "succeeded" | "failed" | "timeout" | "hung" | "cancelled" | "expired";

/** One execution of a job. Times are epoch milliseconds by the store's clock. */
export interface Attempt {
  /** From 1; only attempts that were charged have a number and are kept. */
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly worker: string;
  readonly outcome: AttemptOutcome;
  readonly error?: StoredError;
}
