/*
 * core: what a task, a job, a state, a retry policy is.
 * Here: definitions, checks, encodings and pure decisions. Not here: I/O, timers, drivers.
 */
export type { Attempt, AttemptOutcome } from "./attempt.ts";
export {
  type Duration,
  type DurationBounds,
  LEASE_BOUNDS,
  boundedDurationMs,
  durationMs,
  positiveDurationMs,
} from "./duration.ts";
export { exactNumber } from "./exact-number.ts";
export {
  type ContainmentKind,
  type ExecutableOptions,
  type ExecutablesOptions,
  type ExecutablesPlan,
  executablesPlan,
  isExecutableName,
} from "./executable-options.ts";
export type { ExecutableLimits, ExecutablePlan } from "./executable-plan.ts";
export { type Instant, instantMs } from "./instant.ts";
export {
  type JobBody,
  type Metadata,
  bodyParts,
  decodeBody,
  encodeBody,
  encodeEnvelope,
  readContents,
} from "./job-body.ts";
export { jobDocument } from "./job-document.ts";
export { JobIds } from "./job-ids.ts";
export { JobRecord, type JobRecordFields } from "./job-record.ts";
export { CALLBACK_SUFFIX, CALLBACKS, checkId, checkName, checkNamespace } from "./names.ts";
export { fromNotation, toNotation } from "./notation.ts";
export { type LogLine, decodeNotes, encodeNotes } from "./notes.ts";
export { type Encodable, decodeValue, encodeValue, encodeValues } from "./payload.ts";
export { type Retention, type RetentionTime, keepOf } from "./retention.ts";
export { type Backoff, type ExponentialBackoff, type RetryOptions, backoffMs, mayRetry } from "./retry-policy.ts";
export { type RunOptions, type RunPlan, type RunPolicy, RUN_OPTIONS, runPlan, runPolicy } from "./run-options.ts";
export { type CodeScheme, stateCode } from "./state-codes.ts";
export { shown } from "./shown.ts";
export { type FinalState, type JobState, JOB_STATES, isFinal } from "./state.ts";
export { type SchemaIssue, type SchemaResult, type StandardSchema, describeIssues } from "./standard-schema.ts";
export { type StoredError, decodeError, encodeError, revivedError, storedError } from "./stored-error.ts";
export {
  type AnyTask,
  type FinishedJob,
  type Isolation,
  type Task,
  type TaskCallbacks,
  type TaskOptions,
  defineTask,
  isTask,
  task,
} from "./task.ts";
export { type Trail, decodeTrail, encodeTrail, isReplay, withAttempt } from "./trail.ts";
export { wholeNumber } from "./whole-number.ts";
export { type WorkerAbout, type WorkerInfo, encodeAbout, encodeGateway, workerInfo } from "./worker-info.ts";
