import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** An attempt ran longer than its timeout. */
export class TaskTimeoutError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_TASK_TIMEOUT", true, message, options);
  }
}
