import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The app, client or worker was used after it was closed. */
export class ClosedError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_CLOSED", false, message, options);
  }
}
