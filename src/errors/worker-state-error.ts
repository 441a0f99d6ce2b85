import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A worker was asked for something its state does not allow, such as a second start. */
export class WorkerStateError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_WORKER_STATE", false, message, options);
  }
}
