import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The job was not started by its expiry. */
export class JobExpiredError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_JOB_EXPIRED", false, message, options);
  }
}
