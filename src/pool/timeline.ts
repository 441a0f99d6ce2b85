import type { Clock } from "../contracts/clock.ts";
import type { AttemptOutcome } from "../core/attempt.ts";
import type { PoolJob } from "./pool-job.ts";
import type { PoolAttempt, PoolFailure, PoolResult, PoolSuccess } from "./pool-result.ts";

/** When things happened to the jobs of a pool. Jobs keep whole milliseconds since its making, which need no memory of their own. */
export class Timeline {
  readonly #clock: Clock;
  readonly #maxAttemptsKept: number;
  readonly #start: number;
  /** Wall time at the start; later changes of the wall clock do not bend what is measured. */
  readonly #epoch: number;

  /** When the last job ended, while that is the present: a reading of the clock is a good part of what a job costs. */
  #endedAt: number | undefined;

  constructor(clock: Clock, maxAttemptsKept: number) {
    this.#clock = clock;
    this.#maxAttemptsKept = maxAttemptsKept;
    this.#start = clock.monotonic();
    this.#epoch = clock.now();
  }

  now(): number {
    return Math.floor(this.#clock.monotonic() - this.#start);
  }

  epochNow(): number {
    return this.#epoch + this.now();
  }

  /** When an attempt begins. One that follows another in its slot begins when that has ended; a callback between them counts. */
  startTime(follows: boolean): number {
    return follows && this.#endedAt !== undefined ? this.#endedAt : this.now();
  }

  /** Time has passed since the last end. */
  forgetEnd(): void {
    this.#endedAt = undefined;
  }

  #endTime(): number {
    this.#endedAt = this.now();
    return this.#epoch + this.#endedAt;
  }

  /** Adds the attempt that failed now to the job's history. */
  keep(job: PoolJob, outcome: AttemptOutcome, error: unknown): void {
    if (this.#maxAttemptsKept === 0) return;
    const extras = job.extra();
    extras.attempts ??= [];
    if (extras.attempts.length === this.#maxAttemptsKept) extras.attempts.shift();
    const startedAt = this.#epoch + job.startedAt;
    extras.attempts.push({ number: job.attempt, startedAt, endedAt: this.#endTime(), outcome, error });
  }

  /** The result of a job that ends now. */
  resultOf<R>(job: PoolJob<R>, outcome: unknown): PoolResult<R> {
    return job.state === "succeeded" ? this.success(job, outcome) : this.failure(job, outcome);
  }

  success<R>(job: PoolJob<R>, outcome: unknown): PoolSuccess<R> {
    const { attempt } = job;
    const pushedAt = this.#epoch + job.pushedAt;
    const startedAt = this.#epoch + job.startedAt;
    const endedAt = this.#endTime();
    // The attempt that succeeds is not kept with its job: most jobs have no other, and few are asked for it.
    const last: PoolAttempt = { number: attempt, startedAt, endedAt, outcome: "succeeded" };
    const attempts = this.#withLast(job.extras?.attempts, last);
    return { state: "succeeded", value: outcome as R, attempt, attempts, pushedAt, startedAt, endedAt };
  }

  failure({ state, attempt, extras, pushedAt, startedAt }: PoolJob, outcome: unknown): PoolFailure {
    return {
      state: state as PoolFailure["state"],
      error: outcome,
      attempt,
      attempts: extras?.attempts ?? [],
      pushedAt: this.#epoch + pushedAt,
      startedAt: attempt === 0 ? undefined : this.#epoch + startedAt,
      endedAt: this.epochNow(),
    };
  }

  #withLast(earlier: readonly PoolAttempt[] | undefined, last: PoolAttempt): readonly PoolAttempt[] {
    if (this.#maxAttemptsKept === 0) return [];
    return earlier === undefined ? [last] : [...earlier, last].slice(-this.#maxAttemptsKept);
  }
}
