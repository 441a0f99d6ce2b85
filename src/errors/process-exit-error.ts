import { MillraceError, type MillraceErrorOptions } from "./millrace-error.ts";

/** A program ended with an exit code other than 0, by a signal, or, where that fails a job, with text on standard error. */
export class ProcessExitError extends MillraceError {
  constructor(message: string, options?: MillraceErrorOptions) {
    super("ERR_PROCESS_EXIT", true, message, options);
  }

  /** `undefined` where a signal ended it. */
  get exitCode(): number | undefined {
    const { exitCode } = this.details;
    return typeof exitCode === "number" ? exitCode : undefined;
  }

  /** The signal that ended it, such as `"SIGSEGV"`. */
  get signal(): string | undefined {
    const { signal } = this.details;
    return typeof signal === "string" ? signal : undefined;
  }

  /** What it wrote on standard error: its beginning and its end, where it was long. */
  get stderr(): string {
    const { stderr } = this.details;
    return typeof stderr === "string" ? stderr : "";
  }
}
