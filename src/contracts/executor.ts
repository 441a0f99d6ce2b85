/** What an executor is asked to run: one attempt. */
export interface Invocation {
  readonly id: string;
  readonly task: string;
  readonly attempt: number;
  readonly args: readonly unknown[];
  /** Aborts on timeout, cancellation, lost lease and the end of a shutdown's grace. Made on first use. */
  readonly signal: () => AbortSignal;
}

/** An attempt under way. */
export interface Execution {
  /** Settles with the task's value or its error, and not before the body and all that it started is over. */
  readonly done: Promise<unknown>;
  /** Asks the body to end, and ends it once `graceMs` are over. Absent: there is no asking, only `kill`. */
  readonly stop?: (() => void) | undefined;
  /** Ends the body at once, where it can be ended. A body without this can only be asked, by its signal. */
  readonly kill?: (() => void) | undefined;
  /** How long `stop` lets the body take. Absent: no time at all. */
  readonly graceMs?: number | undefined;
}

/**
 * Runs bodies of one kind: functions, threads, processes. `run` is called in the job's own context, so that `context()` works
 * in it. It never throws: what goes wrong rejects `done`.
 */
export interface Executor {
  run(invocation: Invocation): Execution;
}
