import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A function ignored its timeout's signal for `hangMs`; it is not retried and its slot stays taken. */
export class TaskHungError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_TASK_HUNG", false, message, options);
  }
}
