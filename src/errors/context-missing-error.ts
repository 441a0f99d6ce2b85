import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** `context()` was called outside a running job. */
export class ContextMissingError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_CONTEXT_MISSING", false, message, options);
  }
}
