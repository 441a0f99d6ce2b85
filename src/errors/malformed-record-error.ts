import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A stored job cannot be decoded; it is dead-lettered with its bytes kept. */
export class MalformedRecordError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_MALFORMED_RECORD", false, message, options);
  }
}
