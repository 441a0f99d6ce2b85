import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** No record with this id: never sent, or purged by its retention. */
export class JobUnknownError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_JOB_UNKNOWN", false, message, options);
  }
}
