import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The server is older than what Millrace needs, or it is no server of this kind. */
export class ServerVersionError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_SERVER_VERSION", false, message, options);
  }
}
