/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  readonly code = "ERR_USAGE";
  /** What to type instead, if that is known. */
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.name = "UsageError";
    this.advice = advice;
  }
}
