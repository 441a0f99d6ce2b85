import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The thread or process in which a function ran ended before the function did, or could not be started. */
export class IsolationError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_ISOLATION", true, message, options);
  }
}
