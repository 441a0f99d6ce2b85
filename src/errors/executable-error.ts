import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/**
 * Why a file was not run: it is not there, is no regular file, is not readable, has no run bit, could be written by others,
 * leads out of its folder, is no program of this system, has no interpreter, is being written, or the system refused it.
 */
export type ExecutableFault =
  | "missing"
  | "not-a-file"
  | "unreadable"
  | "not-executable"
  | "writable-by-others"
  | "outside-folder"
  | "not-a-program"
  | "no-interpreter"
  | "busy"
  | "refused";

/** The file behind a task may not be run, or the system cannot run it. */
export class ExecutableError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_EXECUTABLE", true, message, options);
  }

  /** What is wrong with the file. */
  get fault(): ExecutableFault {
    return (this.details["fault"] as ExecutableFault | undefined) ?? "refused";
  }
}
