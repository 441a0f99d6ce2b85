import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** All slots of a pool wait for jobs of the same pool. */
export class PoolDeadlockError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_POOL_DEADLOCK", false, message, options);
  }
}
