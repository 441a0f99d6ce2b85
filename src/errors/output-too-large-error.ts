import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A program wrote more on standard output, or in one message, than its `maxOutputBytes`. */
export class OutputTooLargeError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_OUTPUT_TOO_LARGE", false, message, options);
  }
}
