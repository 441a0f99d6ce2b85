/** Thrown by `context().retry()`: ends the attempt and asks for another. */
export class RetrySignal extends Error {
  readonly afterMs: number | undefined;

  constructor(reason: unknown, afterMs: number | undefined) {
    super("the task asked to be tried again", { cause: reason });
    this.name = "RetrySignal";
    this.afterMs = afterMs;
  }
}

/** Thrown by `context().fail()`: ends the job. */
export class FailSignal extends Error {
  constructor(reason: unknown) {
    super("the task asked to fail", { cause: reason });
    this.name = "FailSignal";
  }
}
