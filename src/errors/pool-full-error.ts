import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** No more jobs may wait in the pool; this one was not accepted. */
export class PoolFullError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_POOL_FULL", true, message, options);
  }
}
