import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** The encoded arguments or result are larger than `maxPayloadBytes`. */
export class PayloadTooLargeError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_PAYLOAD_TOO_LARGE", false, message, options);
  }
}
