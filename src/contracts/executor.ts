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
  /** Settles with the task's value or its error. */
  readonly done: Promise<unknown>;
  /** Ends the body at once, where it can be ended. A body without this can only be asked, by its signal. */
  readonly kill?: () => void;
}

/** Runs bodies of one kind: functions, threads, processes. */
export interface Executor {
  run(invocation: Invocation): Execution;
}
