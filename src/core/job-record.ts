import { PositionError } from "../errors/index.ts";
import type { Attempt } from "./attempt.ts";
import type { Metadata } from "./job-body.ts";
import type { LogLine } from "./notes.ts";
import type { StoredError } from "./stored-error.ts";
import { type JobState, isFinal } from "./state.ts";

/** The fields of a record. */
export interface JobRecordFields {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly state: JobState;
  /** The old systems' number for the state; only with the app's option `codes`. */
  readonly code?: number;
  readonly priority: number;
  readonly args: readonly unknown[];
  readonly meta?: Metadata;
  readonly traceparent?: string;
  /** Number of the attempt under way, or of the last one; 0 before the first. */
  readonly attempt: number;
  /** The latest charged attempts that have ended, oldest first. */
  readonly attempts: readonly Attempt[];
  /** How often a worker died, or lost its lease, while it had the job. */
  readonly crashes: number;
  readonly cancelRequested: boolean;
  readonly createdAt: number;
  /** When a `scheduled` or `retrying` job is due. */
  readonly runAt?: number;
  readonly expireAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly worker?: string;
  /** The latest value given to `progress()`. */
  readonly progress?: unknown;
  /** The latest lines given to `log()`, oldest first. */
  readonly log: readonly LogLine[];
  /** With `succeeded`: the value, unless it is no longer kept. */
  readonly result?: unknown;
  /** The value was not to be kept, or its retention is over. */
  readonly resultGone: boolean;
  /** Why it failed, expired or was cancelled; with `retrying`, why the last attempt failed. */
  readonly error?: StoredError;
}

/**
 * A job as it was when it was read. All times are epoch milliseconds by the store's clock.
 * Plain data with two conveniences, `isFinal` and `get`.
 */
export class JobRecord {
  declare readonly id: string;
  declare readonly task: string;
  declare readonly queue: string;
  declare readonly state: JobState;
  declare readonly code?: number;
  declare readonly priority: number;
  declare readonly args: readonly unknown[];
  declare readonly meta?: Metadata;
  declare readonly traceparent?: string;
  declare readonly attempt: number;
  declare readonly attempts: readonly Attempt[];
  declare readonly crashes: number;
  declare readonly cancelRequested: boolean;
  declare readonly createdAt: number;
  declare readonly runAt?: number;
  declare readonly expireAt?: number;
  declare readonly startedAt?: number;
  declare readonly finishedAt?: number;
  declare readonly worker?: string;
  declare readonly progress?: unknown;
  declare readonly log: readonly LogLine[];
  declare readonly result?: unknown;
  declare readonly resultGone: boolean;
  declare readonly error?: StoredError;

  constructor(fields: JobRecordFields) {
    Object.assign(this, fields);
  }

  get isFinal(): boolean {
    return isFinal(this.state);
  }

  /**
   * One value of a result that has several (a task that returns an array), by position from 0. A result that is no
   * array is its own position 0.
   *
   * @throws PositionError when there is none at this position
   */
  get(position: number): unknown {
    const values: readonly unknown[] = Array.isArray(this.result) ? this.result : [this.result];
    if (this.state !== "succeeded" || this.resultGone || !Number.isInteger(position) || !(position in values)) {
      const has =
        this.state === "succeeded" && !this.resultGone
          ? `it has ${values.length}`
          : `the job is ${this.state}, without one`;
      throw new PositionError(`job ${this.id} has no value at position ${position} of its result: ${has}`, {
        details: { id: this.id, position },
      });
    }
    return values[position];
  }
}
