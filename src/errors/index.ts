/*
 * errors: one class per file, one table of codes.
 * Here: what can go wrong, named. Not here: anything that decides or does.
 */
export { ERROR_CODES, type ErrorCode, type ErrorFamily } from "./codes.ts";
export { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";
export { ConfigurationError } from "./configuration-error.ts";
export { StoreUrlError } from "./store-url-error.ts";
export { DuplicateTaskError } from "./duplicate-task-error.ts";
export { TasksFileError } from "./tasks-file-error.ts";
export { CapabilityError } from "./capability-error.ts";
export { DriverMissingError } from "./driver-missing-error.ts";
export { UnauthenticatedError } from "./unauthenticated-error.ts";
export { ForbiddenError } from "./forbidden-error.ts";
export { StoreUnavailableError } from "./store-unavailable-error.ts";
export { StoreFullError } from "./store-full-error.ts";
export { StoreFileError } from "./store-file-error.ts";
export { SqliteVersionError } from "./sqlite-version-error.ts";
export { ServerVersionError } from "./server-version-error.ts";
export { SendTimeoutError } from "./send-timeout-error.ts";
export { RateLimitError } from "./rate-limit-error.ts";
export { QueueFullError } from "./queue-full-error.ts";
export { PartialSendError } from "./partial-send-error.ts";
export { ClosedError } from "./closed-error.ts";
export { WorkerStateError } from "./worker-state-error.ts";
export { JobUnknownError } from "./job-unknown-error.ts";
export { JobStateError } from "./job-state-error.ts";
export { ContextMissingError } from "./context-missing-error.ts";
export { LeaseLostError } from "./lease-lost-error.ts";
export { ResultTimeoutError } from "./result-timeout-error.ts";
export { ResultNotKeptError } from "./result-not-kept-error.ts";
export { RequestInvalidError } from "./request-invalid-error.ts";
export { PoolClosedError } from "./pool-closed-error.ts";
export { PoolFullError } from "./pool-full-error.ts";
export { PoolDeadlockError } from "./pool-deadlock-error.ts";

export { PayloadError } from "./payload-error.ts";
export { PayloadTooLargeError } from "./payload-too-large-error.ts";
export { ArgumentsError } from "./arguments-error.ts";
export { ResultInvalidError } from "./result-invalid-error.ts";
export { OutputTooLargeError } from "./output-too-large-error.ts";
export { ProtocolError } from "./protocol-error.ts";
export { PositionError } from "./position-error.ts";
export { MalformedRecordError } from "./malformed-record-error.ts";
export { TaskFailedError } from "./task-failed-error.ts";
export { TaskTimeoutError } from "./task-timeout-error.ts";
export { TaskHungError } from "./task-hung-error.ts";
export { ExecutableError, type ExecutableFault } from "./executable-error.ts";
export { ProcessExitError } from "./process-exit-error.ts";
export { IsolationError } from "./isolation-error.ts";
export { JobExpiredError } from "./job-expired-error.ts";
export { JobCancelledError } from "./job-cancelled-error.ts";
export { TaskUnknownError } from "./task-unknown-error.ts";
export { JobCrashedError } from "./job-crashed-error.ts";
export { PermanentError } from "./permanent-error.ts";
