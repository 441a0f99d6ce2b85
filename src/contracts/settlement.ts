import type { FinalState } from "../core/state.ts";
import type { LeaseRef } from "./lease.ts";
import type { NewJob } from "./new-job.ts";

/** How long a finished job is kept, milliseconds from its end; `null` is forever, 0 is not at all. */
export interface Keep {
  /** The whole record. */
  readonly recordMs: number | null;
  /** The value it returned; never longer than the record. */
  readonly resultMs: number | null;
}

/** What became of one lease. Applied whole or not at all. */
export interface Settlement extends LeaseRef {
  /** A final state; `retrying`: run again after `delayMs`; `queued`: give it back, at its old place in the queue. */
  readonly to: FinalState | "retrying" | "queued";
  /** Whether this attempt counts. A charged settlement raises the job's attempt count by one. */
  readonly charged: boolean;
  /** With `retrying`: milliseconds until the next attempt may start, by the store's clock. */
  readonly delayMs?: number | undefined;
  /** With `succeeded`: the encoded value. Absent: the task returned `undefined`. */
  readonly result?: string | undefined;
  /** With `failed`, `expired`, `cancelled`, `retrying`: the encoded error. */
  readonly error?: string | undefined;
  /** Replaces what the store holds for the next lease's `trail`. Absent: unchanged. */
  readonly trail?: string | undefined;
  /** Replaces the job's notes (progress and log lines). Absent: unchanged. */
  readonly notes?: string | undefined;
  /** With a final state. Dead letters (`failed`) are kept until removed, whatever this says. */
  readonly keep?: Keep | undefined;
  /** Jobs to enqueue in the same atomic step; one whose id exists is dropped. */
  readonly follow?: readonly NewJob[] | undefined;
}

/**
 * `applied` · `stale`: this lease is no longer the job's, nothing was changed · `cancelled`: cancellation was requested,
 * so nothing but `to: "cancelled"` is taken; the lease is still held and the holder settles again.
 */
export type SettleOutcome = "applied" | "stale" | "cancelled";
