import type { Duration, JobRecord, JobState } from "../core/index.ts";

export interface WaitOptions {
  /** How long to wait. Default: as long as it takes. */
  readonly timeout?: Duration;
  /** Ends the wait, not the job. */
  readonly signal?: AbortSignal;
}

/** What a handle needs of its client. */
export interface HandleOwner {
  resultOf(id: string, options: WaitOptions): Promise<unknown>;
  wait(id: string, options: WaitOptions): Promise<JobRecord>;
  get(id: string): Promise<JobRecord | undefined>;
  cancel(id: string): Promise<JobState | undefined>;
}

/** A job that was sent, by its id; `R` is what its task returns. */
export class JobHandle<R = unknown> {
  readonly id: string;
  readonly #owner: HandleOwner;

  constructor(id: string, owner: HandleOwner) {
    this.id = id;
    this.#owner = owner;
  }

  /**
   * The value of the job, once it is final.
   *
   * @throws TaskFailedError (the task's own error as `cause`), JobExpiredError, JobCancelledError,
   * ResultTimeoutError when the wait is over before the job is, ResultNotKeptError when the value is not kept,
   * JobUnknownError when there is no record
   */
  result(options: WaitOptions = {}): Promise<R> {
    return this.#owner.resultOf(this.id, options) as Promise<R>;
  }

  /**
   * The record, once the job is final. Does not throw for a job that failed, expired or was cancelled.
   *
   * @throws ResultTimeoutError, JobUnknownError
   */
  wait(options: WaitOptions = {}): Promise<JobRecord> {
    return this.#owner.wait(this.id, options);
  }

  /** The record as it is now; `undefined` when there is none. */
  peek(): Promise<JobRecord | undefined> {
    return this.#owner.get(this.id);
  }

  /** Whether the job is final; false for an unknown one. */
  async isFinished(): Promise<boolean> {
    return (await this.peek())?.isFinal ?? false;
  }

  /** Cancels the job; see `client.cancel`. */
  cancel(): Promise<JobState | undefined> {
    return this.#owner.cancel(this.id);
  }
}
