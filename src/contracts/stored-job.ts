import type { JobState } from "../core/state.ts";

/** A job as a backend remembers it. Times are epoch milliseconds by the store's clock. */
export interface StoredJob {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** As of now: a waiting job whose `expireAt` is past reads as `expired`, whether or not a worker has settled it. */
  readonly state: JobState;
  readonly priority: number;
  readonly body: string;
  /** The latest fencing token; 0 before the first reservation. */
  readonly lease: number;
  /** Charged attempts so far. */
  readonly attempt: number;
  readonly crashes: number;
  readonly cancelRequested: boolean;
  readonly createdAt: number;
  /** When a `scheduled` or `retrying` job becomes due. */
  readonly runAt?: number;
  readonly expireAt?: number;
  /** When the latest attempt was reserved. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** The worker of the latest attempt. */
  readonly worker?: string;
  readonly result?: string;
  /** The value was kept once, or was not to be kept, and is gone. */
  readonly resultGone?: boolean;
  readonly error?: string;
  readonly trail?: string;
  readonly notes?: string;
}
