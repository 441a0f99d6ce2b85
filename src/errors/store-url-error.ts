import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A store, broker or backend URL names no driver that exists, or is malformed. */
export class StoreUrlError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_STORE_URL", false, message, options);
  }
}
