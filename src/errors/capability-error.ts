import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The configured broker or backend cannot do what was asked; the message names what would. */
export class CapabilityError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_CAPABILITY", false, message, options);
  }
}
