/** One queue, or one bare loop, under measurement. One file each; no measurement knows which it is. */
export interface System {
  /** How it is driven, in a line: versions and settings that matter. */
  readonly about: string;
  /** Connects what sends. */
  produce(): Promise<Producer>;
  /** Starts what runs jobs, and resolves once it looks for some. Returns how to stop. */
  work(duty: Duty): Promise<Stop>;
}

export type Stop = () => Promise<unknown>;

export interface Producer {
  /** A bare loop gathers no single sends: where many are to be under way, it keeps this many calls of `sendMany` so. */
  readonly lanes?: number;
  /** Sends one job; resolves when it is accepted. */
  send(payload: string): Promise<unknown>;
  /** Sends up to 1,000 jobs in the way that is documented for many. */
  sendMany(payloads: readonly string[]): Promise<unknown>;
  /** Sends up to 1,000 jobs, each due at its own moment. */
  sendLater?(jobs: readonly DelayedJob[]): Promise<unknown>;
  /** Sends one job and resolves with its result, which the system pushes. */
  call?(payload: string): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface DelayedJob {
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a worker is to do: a task that returns 1, and these two calls for each job. */
export interface Duty {
  /** Jobs that run at a time. */
  readonly concurrency: number;
  /** A job's function was entered. */
  readonly started: (payload: string) => void;
  /** A job's outcome was recorded. */
  readonly done: () => void;
}
