import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A program wrote something else than it had promised: a message that is none, or a result that is no JSON. */
export class ProtocolError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_PROTOCOL", false, message, options);
  }
}
