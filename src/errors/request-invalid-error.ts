import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A request to the gateway is malformed, too large, or not what the route takes; the message says what is allowed. */
export class RequestInvalidError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_REQUEST_INVALID", false, message, options);
  }
}
