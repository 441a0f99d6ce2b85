/**
 * Where a job is: `offered` (waits for room in a full pool), `queued`, `running`, `retrying` (waits for its next
 * attempt); and how it ended: `succeeded`, `failed`, `cancelled`, `released` (handed back by `close`) or `refused` (not
 * accepted).
 */
export type PoolState =
  | "offered"
  | "queued"
  | "running"
  | "retrying"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "released"
  | "refused";

/** A job that was pushed. */
export interface PoolHandle<R = unknown> {
  readonly state: PoolState;
  /**
   * The value, or a rejection with what the last attempt threw, as it was thrown. Made when it is first read, so that a
   * handle costs no promise; if nobody reads it, nothing is rejected unheard.
   *
   * Rejects with `JobCancelledError`, `TaskTimeoutError`, `TaskHungError`, `PoolClosedError` (handed back), and with what
   * `accepted` rejects with.
   */
  readonly result: Promise<R>;
  /**
   * Resolves when the pool has the job; at once, unless it is full.
   *
   * Rejects with `PoolFullError` after `waitMs`, with `PoolDeadlockError`, `JobCancelledError` or `PoolClosedError`.
   */
  readonly accepted: Promise<void>;
  /**
   * Cancels the job: one that waits ends at once, one that runs is told by its signal and ends when it returns, whatever
   * it returns. Returns the state it has now; a job that has ended stays as it is.
   *
   * @param reason the `cause` of the `JobCancelledError`
   */
  cancel(reason?: unknown): PoolState;
}
