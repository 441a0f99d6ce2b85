import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The client library of a system is not installed; the message says which command installs it. */
export class DriverMissingError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_DRIVER_MISSING", false, message, options);
  }
}
