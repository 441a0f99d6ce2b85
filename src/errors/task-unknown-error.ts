import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** No worker that knows this task came within the limit, so the job was dead-lettered. */
export class TaskUnknownError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_TASK_UNKNOWN", false, message, options);
  }
}
