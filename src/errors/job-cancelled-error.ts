import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The job was cancelled. */
export class JobCancelledError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_JOB_CANCELLED", false, message, options);
  }
}
