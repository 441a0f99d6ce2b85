import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A result has no value at this position. */
export class PositionError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_POSITION", false, message, options);
  }
}
