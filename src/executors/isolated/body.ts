import type { FromBody, ToBody } from "./body-messages.ts";

/** A thread or process that runs functions, one at a time. */
export interface Body {
  /** What it is called in messages. */
  readonly noun: "thread" | "process";
  /** What it says goes here. Set anew for each job. */
  onMessage: (message: FromBody) => void;
  /** Told why, when it is over. Set anew for each job: listeners of `over` would gather. */
  onOver: (why: string) => void;
  /** Resolves with the reason when it is over, with all that it started. */
  readonly over: Promise<string>;
  readonly isOver: boolean;
  post(job: ToBody): void;
  /** Ends it at once. */
  kill(): void;
  /** Whether it keeps this process alive: only while it has a job. */
  hold(held: boolean): void;
}
