import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The file is not a Millrace store that this version can use: corrupt, foreign, newer, unreadable, or on a network mount. */
export class StoreFileError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_STORE_FILE", false, message, options);
  }
}
