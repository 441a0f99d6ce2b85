import type { AttemptOutcome } from "../core/attempt.ts";
import { backoffMs, mayRetry } from "../core/retry-policy.ts";
import { TaskHungError, TaskTimeoutError } from "../errors/index.ts";
import type { Alarms } from "./alarms.ts";
import type { DeadlockWatch } from "./deadlock-watch.ts";
import type { Interruption, PoolJob } from "./pool-job.ts";
import type { Timeline } from "./timeline.ts";

/** What attempts need, and whom they tell. */
export interface AttemptSetting {
  readonly alarms: Alarms;
  readonly timeline: Timeline;
  readonly random: () => number;
  /** The function is back: its slot is free. */
  readonly onReturn: (job: PoolJob) => void;
  /** The job waits for its next attempt. */
  readonly onRetry: (job: PoolJob, delayMs: number) => void;
  /** The job ends with this attempt. */
  readonly onEnd: (job: PoolJob, state: "succeeded" | "failed" | "cancelled", outcome: unknown) => void;
}

/** One execution after the other of a job's function: how it is called, stopped, and what follows from its end. */
export class Attempts {
  readonly #setting: AttemptSetting;

  constructor(setting: AttemptSetting) {
    this.#setting = setting;
  }

  begin(job: PoolJob, follows: boolean): void {
    job.state = "running";
    if (job.startedAt >= 0) job.extra().attempt = job.attempt + 1;
    job.startedAt = this.#setting.timeline.startTime(follows);
    const { timeoutMs } = job.plan;
    if (timeoutMs !== undefined) job.extra().alarm = this.#setting.alarms.set(timeoutMs, this.#timedOut, job);
  }

  readonly #timedOut = (job: PoolJob): void => {
    const error = new TaskTimeoutError(`the attempt ran longer than its timeout of ${job.plan.timeoutMs} ms`);
    this.interrupt(job, { outcome: "timeout", error });
  };

  execute(job: PoolJob, watch: DeadlockWatch | undefined): unknown {
    const within = job.extras?.within;
    if (watch === undefined && within === undefined) return call(job);
    const body = (): unknown => (watch === undefined ? call(job) : watch.run(job, () => call(job)));
    return within === undefined ? body() : within(body);
  }

  returned(job: PoolJob, value: unknown): void {
    const { extras } = job;
    if (this.#isOver(job)) return;
    if (extras?.interruption === undefined) this.#setting.onEnd(job, "succeeded", value);
    else this.#interrupted(job, extras.interruption);
  }

  threw(job: PoolJob, error: unknown): void {
    const { extras } = job;
    if (this.#isOver(job)) return;
    if (extras?.interruption === undefined) this.#failed(job, "failed", error);
    else this.#interrupted(job, extras.interruption);
  }

  /** Tells the function to stop. It keeps its slot until it does; its job waits for it no longer than `hang`. */
  interrupt(job: PoolJob, interruption: Interruption): void {
    const extras = job.extra();
    if (extras.interruption !== undefined) {
      // A cancellation beats a timeout that came first; the function has been told already.
      if (interruption.outcome === "cancelled") extras.interruption = interruption;
      return;
    }
    extras.interruption = interruption;
    extras.alarm?.cancel();
    extras.alarm = this.#setting.alarms.set(job.plan.hangMs, this.#hung, job);
    extras.controller?.abort(interruption.error);
  }

  /** Whether its job has ended without the function that is back now. */
  #isOver(job: PoolJob): boolean {
    this.#setting.timeline.forgetEnd();
    job.extras?.alarm?.cancel();
    this.#setting.onReturn(job);
    return job.hasEnded;
  }

  #interrupted(job: PoolJob, { outcome, error }: Interruption): void {
    if (outcome === "timeout") this.#failed(job, "timeout", error);
    else this.#end(job, "cancelled", "cancelled", error);
  }

  #failed(job: PoolJob, outcome: "failed" | "timeout", error: unknown): void {
    const { retry } = job.plan;
    if (job.attempt > retry.retries || !mayRetry(retry, outcome, error)) {
      this.#end(job, "failed", outcome, error);
      return;
    }
    this.#setting.timeline.keep(job, outcome, error);
    const extras = job.extra();
    extras.controller = undefined;
    extras.interruption = undefined;
    this.#setting.onRetry(job, backoffMs(retry.backoff, job.attempt, this.#setting.random));
  }

  readonly #hung = (job: PoolJob): void => {
    const interruption = job.extras?.interruption;
    if (job.hasEnded || interruption === undefined) return;
    if (interruption.outcome === "cancelled") {
      this.#end(job, "cancelled", "cancelled", interruption.error);
      return;
    }
    const error = new TaskHungError(
      `the function did not stop within ${job.plan.hangMs} ms of its timeout; its slot stays taken until it returns. Heed its signal`,
      { cause: interruption.error },
    );
    this.#end(job, "failed", "hung", error);
  };

  #end(job: PoolJob, state: "failed" | "cancelled", outcome: AttemptOutcome, error: unknown): void {
    this.#setting.timeline.keep(job, outcome, error);
    this.#setting.onEnd(job, state, error);
  }
}

function call(job: PoolJob): unknown {
  const { task } = job;
  return typeof task === "function" ? task(job) : task.execute(job);
}
