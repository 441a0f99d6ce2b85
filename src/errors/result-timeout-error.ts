import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The wait for a result was over before the job was; the job itself goes on. */
export class ResultTimeoutError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_RESULT_TIMEOUT", true, message, options);
  }
}
