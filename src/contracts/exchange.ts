import type { Lease, LeaseRef } from "./lease.ts";
import type { SettleOutcome, Settlement } from "./settlement.ts";

/** A request to keep one lease, with what its holder has to tell. */
export interface Extension extends LeaseRef {
  /** Replaces the job's notes. Absent: unchanged. */
  readonly notes?: string | undefined;
}

/** `kept` · `lost`: no longer this holder's · `cancel`: kept, and cancellation was requested. */
export type ExtendOutcome = "kept" | "lost" | "cancel";

export interface Reservation {
  /** At most `limit` leases of each queue. */
  readonly queues: readonly { readonly name: string; readonly limit: number }[];
  /** Tasks the worker knows; a job of another is parked and never returned (unless its verdict is `unknown-task`). */
  readonly tasks: readonly string[];
  /** How long an unsettled lease lives without being extended. */
  readonly leaseMs: number;
  /** How long a parked job waits for a worker that knows its task. */
  readonly parkMs: number;
  /**
   * Who asks waits where it gets less than its limit, and takes what `wait` brings: until then a job that comes may be
   * leased to it at once, which saves both sides a round trip.
   */
  readonly handOver?: boolean;
}

/** A worker's whole conversation with its broker: what finished, what must be kept, how much more it can take. */
export interface ExchangeRequest {
  /** Who asks; kept with each lease. */
  readonly worker: string;
  /** With `extend`: the new life of each lease. */
  readonly leaseMs: number;
  readonly settle?: readonly Settlement[];
  readonly extend?: readonly Extension[];
  readonly reserve?: Reservation;
}

export interface ExchangeReply {
  /** One for each of `settle`, in order. */
  readonly settled: readonly SettleOutcome[];
  /** One for each of `extend`, in order. */
  readonly extended: readonly ExtendOutcome[];
  /** In the order they should start: by queue, then priority (higher first), then acceptance. */
  readonly leases: readonly Lease[];
  /** Jobs that this reservation parked, counted by queue and task. */
  readonly parked: readonly { readonly queue: string; readonly task: string; readonly count: number }[];
}
