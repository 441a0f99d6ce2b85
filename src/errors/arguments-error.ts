import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** Too few arguments for the task, or its schema refuses them. */
export class ArgumentsError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_ARGUMENTS", false, message, options);
  }
}
