/*
 * millrace/pool: runs functions in this process, with nothing else of Millrace.
 * Here: order, slots, attempts, callbacks, the orderly end. Not here: stores, and whatever only Node.js has; files of core
 * are imported one by one, since its index loads some that need Node.js.
 */
export type { Backoff, ExponentialBackoff, RetryOptions } from "../core/retry-policy.ts";
export type { Duration } from "../core/duration.ts";
export type { AttemptOutcome } from "../core/attempt.ts";
export type { Clock, Timer } from "../contracts/clock.ts";
export {
  ConfigurationError,
  JobCancelledError,
  MillraceError,
  PermanentError,
  PoolClosedError,
  PoolDeadlockError,
  PoolFullError,
  TaskHungError,
  TaskTimeoutError,
} from "../errors/index.ts";
export { type Batch, type BatchFunction, type BatchHandle, type BatchOptions, BatchTask } from "./batch.ts";
export type { LeftJob } from "./closing.ts";
export type { FailedJob, FailureQueue } from "./failure-queue.ts";
export type { PoolErrorEvent, PoolEvents } from "./pool-events.ts";
export type { PoolHandle, PoolState } from "./pool-handle.ts";
export type { PoolOptions, RateLimit, WhenFull } from "./pool-options.ts";
export type { PoolAttempt, PoolFailure, PoolResult, PoolSuccess, PoolTimes } from "./pool-result.ts";
export type { PoolContext, PoolFunction, PoolTask } from "./pool-task.ts";
export { type CloseOptions, type PoolSurroundings, Pool } from "./pool.ts";
export type { AttemptOptions, PushOptions } from "./push-options.ts";
export type { StreamOptions, StreamResult } from "./result-stream.ts";
