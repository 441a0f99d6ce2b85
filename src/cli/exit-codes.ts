import { type ErrorCode, MillraceError } from "../errors/index.ts";
import { UsageError } from "./usage-error.ts";

/** What the process ends with. Listed in docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** The job failed, expired or was cancelled; or something else went wrong. */
  failed: 1,
  /** The command line, a setting or a file given to it is wrong. */
  usage: 2,
  unknownJob: 3,
  /** The wait was over before the job was. */
  notFinished: 4,
  /** The store cannot be reached or used. */
  store: 5,
} as const;

const BY_ERROR: Partial<Record<ErrorCode, number>> = {
  ERR_CONFIGURATION: EXIT.usage,
  ERR_STORE_URL: EXIT.usage,
  ERR_DUPLICATE_TASK: EXIT.usage,
  ERR_TASKS_FILE: EXIT.usage,
  ERR_CAPABILITY: EXIT.usage,
  ERR_UNAUTHENTICATED: EXIT.usage,
  ERR_FORBIDDEN: EXIT.usage,
  ERR_DRIVER_MISSING: EXIT.usage,
  ERR_PAYLOAD: EXIT.usage,
  ERR_PAYLOAD_TOO_LARGE: EXIT.usage,
  ERR_ARGUMENTS: EXIT.usage,
  ERR_JOB_UNKNOWN: EXIT.unknownJob,
  ERR_RESULT_TIMEOUT: EXIT.notFinished,
  ERR_STORE_UNAVAILABLE: EXIT.store,
  ERR_STORE_FULL: EXIT.store,
  ERR_STORE_FILE: EXIT.store,
  ERR_SQLITE_VERSION: EXIT.store,
  ERR_SERVER_VERSION: EXIT.store,
  ERR_SEND_TIMEOUT: EXIT.store,
  ERR_RATE_LIMIT: EXIT.store,
  ERR_QUEUE_FULL: EXIT.store,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof MillraceError ? (BY_ERROR[error.code] ?? EXIT.failed) : EXIT.failed;
}
