import type { FinalState, JobState } from "../core/state.ts";
import type { BackendCapabilities } from "./capabilities.ts";
import type { Inspection } from "./inspection.ts";
import type { LeaseRef } from "./lease.ts";
import type { NewJob } from "./new-job.ts";
import type { Presence } from "./presence.ts";
import type { Keep } from "./settlement.ts";
import type { StoredJob } from "./stored-job.ts";

/** A change of one record, fenced by `lease`. */
export interface RecordUpdate extends LeaseRef {
  /** The job itself, so that a record which is missing can be made from it. */
  readonly job: NewJob;
  readonly state: "running" | "retrying" | "queued" | FinalState;
  /** Charged attempts so far. */
  readonly attempt: number;
  readonly crashes: number;
  readonly worker: string;
  /** With `retrying`: milliseconds until it is due, by the backend's clock. */
  readonly delayMs?: number | undefined;
  readonly result?: string | undefined;
  readonly error?: string | undefined;
  readonly trail?: string | undefined;
  readonly notes?: string | undefined;
  /** With a final state. */
  readonly keep?: Keep | undefined;
}

/**
 * `saved` · `stale`: a higher lease was saved before · `final`: the record is final already, and stays ·
 * `cancelled`: cancellation was requested, so nothing but the state `cancelled` is taken.
 */
export type SaveOutcome = "saved" | "stale" | "final" | "cancelled";

/** One watched job that needs no more watching: final, or unknown (`job` absent). */
export interface WatchedJob {
  readonly id: string;
  readonly job?: StoredJob;
}

/** A set of ids under watch. */
export interface Watch {
  /** Adds ids; one that is final or unknown already is reported soon after. */
  add(ids: readonly string[]): void;
  remove(ids: readonly string[]): void;
  close(): void;
}

/**
 * Remembers what became of each job. The rules for concurrency, failures and time are those of `Broker`.
 */
export interface Backend {
  readonly backendCapabilities: BackendCapabilities;
  /** Present where records can be listed, counted, replayed and removed. */
  readonly inspection?: Inspection;
  /** Present where workers can announce themselves, which they do here only if the broker beside it cannot take it. */
  readonly presence?: Presence;

  open(): Promise<void>;
  close(): Promise<void>;

  /** Makes a record for each job, `scheduled` or `queued`, if its id has none. All or none. At most 1,000 a call. */
  insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]>;

  /**
   * Changes records, each a compare-and-set on lease and finality: refused when the record is final, carries a higher
   * lease, or is to be cancelled. A record that is missing is made. Saving the same update twice is `saved` twice
   * while the record is not final. At most 1,000 a call.
   */
  save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]>;

  /** Reads records as of now; `undefined` for an id that is unknown or whose retention is over, purged or not. */
  load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]>;

  /** Watches jobs until they are final; `notify` is called with batches, never twice for one `add` of an id. */
  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch;

  /**
   * Cancels jobs: one that waits is `cancelled` at once, one that runs is marked. Returns each job's state after the
   * call, `undefined` where it is unknown. `keep` is for those that become final by it. Idempotent.
   */
  requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]>;

  /** Deletes up to `limit` records whose retention is over, and values whose own retention is. Returns how many. */
  purge(limit: number): Promise<number>;
}
