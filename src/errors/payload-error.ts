import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A value cannot be carried exactly; the message has its path. JSON, bigint and nothing else. */
export class PayloadError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_PAYLOAD", false, message, options);
  }
}
