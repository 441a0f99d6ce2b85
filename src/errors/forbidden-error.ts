import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The gateway refuses this caller: another scope or queue, a host that is not allowed, or another site. */
export class ForbiddenError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_FORBIDDEN", false, message, options);
  }
}
