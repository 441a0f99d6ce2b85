import type { PoolFailure, PoolSuccess } from "./pool-result.ts";

/** What a function in a pool is told about its attempt. */
export interface PoolContext {
  /** From 1. */
  readonly attempt: number;
  /** Attempts that may follow if this one fails. */
  readonly retriesLeft: number;
  /**
   * Aborts when the attempt is to stop: with a `TaskTimeoutError`, a `JobCancelledError` or a `PoolClosedError` as its
   * reason. Made when it is first read.
   */
  readonly signal: AbortSignal;
}

/** A function that a pool runs. */
export type PoolFunction<R = unknown> = (context: PoolContext) => R | PromiseLike<R>;

/**
 * An object that a pool runs. Of `success` and `fail` exactly one is called, once, when the job has ended; not for a job
 * that `close` hands back. What they throw is told to the pool's `error` listeners, and changes nothing else.
 */
export interface PoolTask<R = unknown> {
  execute(context: PoolContext): R | PromiseLike<R>;
  success?(result: PoolSuccess<R>): unknown;
  /** Called for a job out of retries, and for one that was cancelled. */
  fail?(result: PoolFailure): unknown;
}
