import type { PoolJob } from "./pool-job.ts";
import type { Timeline } from "./timeline.ts";

/** Which of a task's callbacks threw. */
export type CallbackName = "success" | "fail";

/** Calls the `success` or `fail` of tasks: what they throw, now or later, is told and goes no further. */
export class Callbacks {
  readonly #timeline: Timeline;
  readonly #report: (error: unknown, job: PoolJob, during: CallbackName) => void;
  readonly #onReturn: () => void;
  /** Callbacks that have returned a promise which is not settled. */
  #pending = 0;

  /** @param onReturn called when such a promise is settled */
  constructor(
    timeline: Timeline,
    report: (error: unknown, job: PoolJob, during: CallbackName) => void,
    onReturn: () => void,
  ) {
    this.#timeline = timeline;
    this.#report = report;
    this.#onReturn = onReturn;
  }

  get pending(): number {
    return this.#pending;
  }

  /** Calls the one that is due for a job that ends now, if its task has it. */
  call(job: PoolJob, outcome: unknown): void {
    const within = job.extras?.within;
    try {
      const returned = within === undefined ? this.#call(job, outcome) : within(() => this.#call(job, outcome));
      if (isThenable(returned)) void this.#follow(returned, job);
    } catch (error) {
      this.#report(error, job, nameOf(job));
    }
  }

  #call(job: PoolJob, outcome: unknown): unknown {
    const { task } = job;
    if (typeof task === "function") return undefined;
    if (job.state !== "succeeded") return task.fail?.(this.#timeline.failure(job, outcome));
    return task.success?.(this.#timeline.success(job, outcome));
  }

  /** Waits for the promise that a callback returned. */
  async #follow(returned: PromiseLike<unknown>, job: PoolJob): Promise<void> {
    this.#pending += 1;
    try {
      await returned;
    } catch (error) {
      this.#report(error, job, nameOf(job));
    }
    this.#pending -= 1;
    this.#onReturn();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function";
}

function nameOf({ state }: PoolJob): CallbackName {
  return state === "succeeded" ? "success" : "fail";
}
