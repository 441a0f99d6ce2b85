import type { AttemptOutcome } from "../core/attempt.ts";

/** One execution of a job in a pool. Times are epoch milliseconds; their differences are true durations. */
export interface PoolAttempt {
  /** From 1. */
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: AttemptOutcome;
  /** What was thrown, as it was thrown; for a timeout, the `TaskTimeoutError`. */
  readonly error?: unknown;
}

/** What every result has. Times are epoch milliseconds; their differences are true durations. */
export interface PoolTimes {
  /** How many attempts there were; 0 for a job that never started. */
  readonly attempt: number;
  /** The last of them, `maxAttemptsKept` at the most, the final one included. */
  readonly attempts: readonly PoolAttempt[];
  /** When it was pushed, or when the pushes of its turn of the event loop began. */
  readonly pushedAt: number;
  /**
   * When its last attempt began, which is when the job before it in its slot ended (the callback of that one counts in);
   * `undefined` for a job that never started.
   */
  readonly startedAt: number | undefined;
  readonly endedAt: number;
}

/** How a job ended that has a value. */
export interface PoolSuccess<R = unknown> extends PoolTimes {
  readonly state: "succeeded";
  readonly value: R;
}

/** How a job ended that has none. */
export interface PoolFailure extends PoolTimes {
  /** `released` and `refused` are never told to `fail`: such a job was handed back by `close`, or not accepted. */
  readonly state: "failed" | "cancelled" | "released" | "refused";
  /** What the last attempt threw, as it was thrown, even `undefined`; or a `MillraceError` that says what happened. */
  readonly error: unknown;
}

/** How a job ended: `state` tells which it is. */
export type PoolResult<R = unknown> = PoolSuccess<R> | PoolFailure;
