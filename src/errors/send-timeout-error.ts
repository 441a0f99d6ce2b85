import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The store gave no answer within `sendTimeout`: the outcome is unknown, and sending again with the same id is safe. */
export class SendTimeoutError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_SEND_TIMEOUT", true, message, options);
  }
}
