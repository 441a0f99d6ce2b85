export type ErrorFamily = "configuration" | "transport" | "state" | "payload" | "task outcome";

/** Every code, with its family, its class and what it means. docs/errors.md is this table, and a test holds the two equal. */
export const ERROR_CODES = {
  ERR_CONFIGURATION: {
    family: "configuration",
    name: "ConfigurationError",
    retryable: false,
    meaning: "An option, a name or a duration is not what it must be; the message says what is allowed.",
  },
  ERR_STORE_URL: {
    family: "configuration",
    name: "StoreUrlError",
    retryable: false,
    meaning: "A store, broker or backend URL names no driver that exists, or is malformed.",
  },
  ERR_DUPLICATE_TASK: {
    family: "configuration",
    name: "DuplicateTaskError",
    retryable: false,
    meaning: "Two tasks of one name were given to the same app.",
  },
  ERR_TASKS_FILE: {
    family: "configuration",
    name: "TasksFileError",
    retryable: false,
    meaning: "A tasks file could not be loaded, or exports no task.",
  },
  ERR_CAPABILITY: {
    family: "configuration",
    name: "CapabilityError",
    retryable: false,
    meaning: "The configured broker or backend cannot do what was asked; the message names what would.",
  },
  ERR_DRIVER_MISSING: {
    family: "configuration",
    name: "DriverMissingError",
    retryable: false,
    meaning: "The client library of this system is not installed; the message says which command installs it.",
  },
  ERR_UNAUTHENTICATED: {
    family: "configuration",
    name: "UnauthenticatedError",
    retryable: false,
    meaning: "The gateway wants a token, and got none, an unknown one, or one that has expired.",
  },
  ERR_FORBIDDEN: {
    family: "configuration",
    name: "ForbiddenError",
    retryable: false,
    meaning: "The gateway refuses this caller: another scope or queue, a host that is not allowed, or another site.",
  },
  ERR_STORE_UNAVAILABLE: {
    family: "transport",
    name: "StoreUnavailableError",
    retryable: true,
    meaning: "The store did not answer, is locked, or failed in a way that passes.",
  },
  ERR_STORE_FULL: {
    family: "transport",
    name: "StoreFullError",
    retryable: true,
    meaning: "The store has no room left (disk, quota or memory); what is in it is intact.",
  },
  ERR_STORE_FILE: {
    family: "transport",
    name: "StoreFileError",
    retryable: false,
    meaning:
      "The file is not a Millrace store that this version can use: corrupt, foreign, newer, unreadable, or on a network mount.",
  },
  ERR_SQLITE_VERSION: {
    family: "transport",
    name: "SqliteVersionError",
    retryable: false,
    meaning: "This Node bundles an SQLite that may corrupt a write-ahead log; a newer Node is needed.",
  },
  ERR_SERVER_VERSION: {
    family: "transport",
    name: "ServerVersionError",
    retryable: false,
    meaning: "The server is older than what Millrace needs, or it is no server of this kind.",
  },
  ERR_SEND_TIMEOUT: {
    family: "transport",
    name: "SendTimeoutError",
    retryable: true,
    meaning:
      "The store gave no answer within `sendTimeout`: the outcome is unknown, and sending again with the same id is safe.",
  },
  ERR_RATE_LIMIT: {
    family: "transport",
    name: "RateLimitError",
    retryable: true,
    meaning: "A token made more requests than it may; the answer says when to come again.",
  },
  ERR_QUEUE_FULL: {
    family: "transport",
    name: "QueueFullError",
    retryable: true,
    meaning: "A queue's backlog has reached the gateway's cap; nothing was sent.",
  },
  ERR_PARTIAL_SEND: {
    family: "transport",
    name: "PartialSendError",
    retryable: true,
    meaning: "Some whole chunks of a long `sendMany` were accepted before one failed; `accepted` holds their jobs.",
  },
  ERR_CLOSED: {
    family: "state",
    name: "ClosedError",
    retryable: false,
    meaning: "The app, client or worker was used after it was closed.",
  },
  ERR_WORKER_STATE: {
    family: "state",
    name: "WorkerStateError",
    retryable: false,
    meaning: "A worker was asked for something its state does not allow, such as a second start.",
  },
  ERR_JOB_UNKNOWN: {
    family: "state",
    name: "JobUnknownError",
    retryable: false,
    meaning: "No record with this id: never sent, or purged by its retention.",
  },
  ERR_JOB_STATE: {
    family: "state",
    name: "JobStateError",
    retryable: false,
    meaning: "The job is not in a state that allows this, such as replaying one that is not dead-lettered.",
  },
  ERR_CONTEXT_MISSING: {
    family: "state",
    name: "ContextMissingError",
    retryable: false,
    meaning: "`context()` was called outside a running job.",
  },
  ERR_LEASE_LOST: {
    family: "state",
    name: "LeaseLostError",
    retryable: false,
    meaning:
      "This attempt no longer holds its lease: another worker has the job, and what this one does is not recorded.",
  },
  ERR_RESULT_TIMEOUT: {
    family: "state",
    name: "ResultTimeoutError",
    retryable: true,
    meaning: "The wait for a result was over before the job was; the job itself goes on.",
  },
  ERR_RESULT_NOT_KEPT: {
    family: "state",
    name: "ResultNotKeptError",
    retryable: false,
    meaning: "The job succeeded, but its value is no longer kept, or was never to be.",
  },
  ERR_REQUEST_INVALID: {
    family: "payload",
    name: "RequestInvalidError",
    retryable: false,
    meaning:
      "A request to the gateway is malformed, too large, or not what the route takes; the message says what is allowed.",
  },
  ERR_POOL_CLOSED: {
    family: "state",
    name: "PoolClosedError",
    retryable: false,
    meaning: "The pool is closed, or handed this job back when its close had no more time.",
  },
  ERR_POOL_FULL: {
    family: "state",
    name: "PoolFullError",
    retryable: true,
    meaning: "No more jobs may wait in the pool; this one was not accepted.",
  },
  ERR_POOL_DEADLOCK: {
    family: "state",
    name: "PoolDeadlockError",
    retryable: false,
    meaning: "All slots of a pool wait for jobs of the same pool.",
  },
  ERR_PAYLOAD: {
    family: "payload",
    name: "PayloadError",
    retryable: false,
    meaning: "A value cannot be carried exactly; the message has its path. JSON, bigint and nothing else.",
  },
  ERR_PAYLOAD_TOO_LARGE: {
    family: "payload",
    name: "PayloadTooLargeError",
    retryable: false,
    meaning: "The encoded arguments or result are larger than `maxPayloadBytes`.",
  },
  ERR_ARGUMENTS: {
    family: "payload",
    name: "ArgumentsError",
    retryable: false,
    meaning: "Too few arguments for the task, or its schema refuses them.",
  },
  ERR_RESULT_INVALID: {
    family: "payload",
    name: "ResultInvalidError",
    retryable: false,
    meaning: "The task's schema for its result refuses the value it returned.",
  },
  ERR_OUTPUT_TOO_LARGE: {
    family: "payload",
    name: "OutputTooLargeError",
    retryable: false,
    meaning: "A program wrote more on standard output, or in one message, than its `maxOutputBytes`.",
  },
  ERR_PROTOCOL: {
    family: "payload",
    name: "ProtocolError",
    retryable: false,
    meaning:
      "A program wrote something else than it had promised: a message that is none, or a result that is no JSON.",
  },
  ERR_POSITION: {
    family: "payload",
    name: "PositionError",
    retryable: false,
    meaning: "A result has no value at this position.",
  },
  ERR_MALFORMED_RECORD: {
    family: "payload",
    name: "MalformedRecordError",
    retryable: false,
    meaning: "A stored job cannot be decoded; it is dead-lettered with its bytes kept.",
  },
  ERR_TASK_FAILED: {
    family: "task outcome",
    name: "TaskFailedError",
    retryable: false,
    meaning: "The job failed for good; `cause` is the task's own error.",
  },
  ERR_TASK_TIMEOUT: {
    family: "task outcome",
    name: "TaskTimeoutError",
    retryable: true,
    meaning: "An attempt ran longer than its timeout.",
  },
  ERR_TASK_HUNG: {
    family: "task outcome",
    name: "TaskHungError",
    retryable: false,
    meaning: "A function ignored its timeout's signal for `hangMs`; it is not retried and its slot stays taken.",
  },
  ERR_EXECUTABLE: {
    family: "task outcome",
    name: "ExecutableError",
    retryable: true,
    meaning: "The file behind a task may not be run, or the system cannot run it; `fault` says why.",
  },
  ERR_PROCESS_EXIT: {
    family: "task outcome",
    name: "ProcessExitError",
    retryable: true,
    meaning:
      "A program ended with an exit code other than 0, by a signal, or, where that fails a job, with text on standard error.",
  },
  ERR_ISOLATION: {
    family: "task outcome",
    name: "IsolationError",
    retryable: true,
    meaning: "The thread or process in which a function ran ended before the function did, or could not be started.",
  },
  ERR_JOB_EXPIRED: {
    family: "task outcome",
    name: "JobExpiredError",
    retryable: false,
    meaning: "The job was not started by its expiry.",
  },
  ERR_JOB_CANCELLED: {
    family: "task outcome",
    name: "JobCancelledError",
    retryable: false,
    meaning: "The job was cancelled.",
  },
  ERR_TASK_UNKNOWN: {
    family: "task outcome",
    name: "TaskUnknownError",
    retryable: false,
    meaning: "No worker that knows this task came within the limit, so the job was dead-lettered.",
  },
  ERR_JOB_CRASHED: {
    family: "task outcome",
    name: "JobCrashedError",
    retryable: false,
    meaning: "Workers died while they ran this job, as often as is allowed; it was dead-lettered.",
  },
  ERR_PERMANENT: {
    family: "task outcome",
    name: "PermanentError",
    retryable: false,
    meaning: "Throw it in a task to fail the job without further retries.",
  },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
