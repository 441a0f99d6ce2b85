import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A tasks file could not be loaded, or exports no task. */
export class TasksFileError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_TASKS_FILE", false, message, options);
  }
}
