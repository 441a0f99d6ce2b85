import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** Two tasks of one name were given to the same app. */
export class DuplicateTaskError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_DUPLICATE_TASK", false, message, options);
  }
}
