import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** Throw it in a task to fail the job without further retries. */
export class PermanentError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_PERMANENT", false, message, options);
  }
}
