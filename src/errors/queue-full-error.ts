import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A queue's backlog has reached the gateway's cap; nothing was sent. */
export class QueueFullError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_QUEUE_FULL", true, message, options);
  }
}
