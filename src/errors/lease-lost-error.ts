import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** This attempt no longer holds its lease: another worker has the job, and what this one does is not recorded. */
export class LeaseLostError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_LEASE_LOST", false, message, options);
  }
}
