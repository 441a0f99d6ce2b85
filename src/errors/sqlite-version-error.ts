import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** This Node bundles an SQLite that may corrupt a write-ahead log; a newer Node is needed. */
export class SqliteVersionError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_SQLITE_VERSION", false, message, options);
  }
}
