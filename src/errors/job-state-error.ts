import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The job is not in a state that allows this, such as replaying one that is not dead-lettered. */
export class JobStateError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_JOB_STATE", false, message, options);
  }
}
