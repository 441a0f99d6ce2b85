import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The task's schema for its result refuses the value it returned. */
export class ResultInvalidError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_RESULT_INVALID", false, message, options);
  }
}
