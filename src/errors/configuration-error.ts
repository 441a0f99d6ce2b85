import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** An option, a name or a duration is not what it must be; the message says what is allowed. */
export class ConfigurationError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_CONFIGURATION", false, message, options);
  }
}
