import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** Some whole chunks of a long `sendMany` were accepted before one failed; `accepted` holds their jobs. */
export class PartialSendError extends MillraceError {
  /** The jobs of the chunks that were accepted, in the order given. */
  readonly accepted: readonly { readonly id: string }[];

  constructor(message: string, accepted: readonly { readonly id: string }[], options?: MillraceErrorOptions) {
    super("ERR_PARTIAL_SEND", true, message, options);
    this.accepted = accepted;
  }
}
