import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A token made more requests than it may; the answer says when to come again. */
export class RateLimitError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_RATE_LIMIT", true, message, options);
  }
}
