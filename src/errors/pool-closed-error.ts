import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The pool is closed, or handed this job back when its close had no more time. */
export class PoolClosedError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_POOL_CLOSED", false, message, options);
  }
}
