import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The store has no room left (disk, quota or memory); what is in it is intact. */
export class StoreFullError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_STORE_FULL", true, message, options);
  }
}
