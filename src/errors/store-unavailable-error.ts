import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The store did not answer, is locked, or failed in a way that passes. */
export class StoreUnavailableError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_STORE_UNAVAILABLE", true, message, options);
  }
}
