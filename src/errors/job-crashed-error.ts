import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** Workers died while they ran this job, as often as is allowed; it was dead-lettered. */
export class JobCrashedError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_JOB_CRASHED", false, message, options);
  }
}
