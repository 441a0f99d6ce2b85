import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The job succeeded, but its value is no longer kept, or was never to be. */
export class ResultNotKeptError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_RESULT_NOT_KEPT", false, message, options);
  }
}
