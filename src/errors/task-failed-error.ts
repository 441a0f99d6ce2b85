import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The job failed for good; `cause` is the task's own error. */
export class TaskFailedError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_TASK_FAILED", false, message, options);
  }
}
