import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The gateway wants a token, and got none, an unknown one, or one that has expired. */
export class UnauthenticatedError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_UNAUTHENTICATED", false, message, options);
  }
}
