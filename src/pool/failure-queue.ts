import type { PoolHandle } from "./pool-handle.ts";
import type { PoolAttempt } from "./pool-result.ts";
import type { PoolFunction, PoolTask } from "./pool-task.ts";
import type { PushOptions } from "./push-options.ts";

/** A job that failed for good. */
export interface FailedJob {
  readonly task: PoolFunction | PoolTask;
  readonly options: PushOptions;
  /** What its last attempt threw. */
  readonly error: unknown;
  readonly attempt: number;
  readonly attempts: readonly PoolAttempt[];
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/** The jobs of a pool that failed for good, until they are replayed or dropped. Bounded: the oldest makes room for a new one. */
export class FailureQueue {
  readonly #jobs = new Set<FailedJob>();
  readonly #most: number;
  readonly #push: (job: FailedJob) => PoolHandle;
  #lost = 0;

  constructor(most: number, push: (job: FailedJob) => PoolHandle) {
    this.#most = most;
    this.#push = push;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** How many were dropped because there was no room for them. */
  get lost(): number {
    return this.#lost;
  }

  /** Oldest first. */
  list(): FailedJob[] {
    return [...this.#jobs];
  }

  /**
   * Pushes the job's task once more, as a new job with all its attempts and callbacks.
   *
   * @returns its handle; `undefined` if the job is no longer here
   * @throws what `push` throws; the job stays here then
   */
  replay(job: FailedJob): PoolHandle | undefined {
    if (!this.#jobs.has(job)) return undefined;
    const handle = this.#push(job);
    this.#jobs.delete(job);
    return handle;
  }

  /** Replays all that are here now, oldest first. Throws what `push` throws; those not pushed yet stay here. */
  replayAll(): PoolHandle[] {
    return this.list().flatMap((job) => this.replay(job) ?? []);
  }

  /** Takes the job out; tells whether it was here. */
  drop(job: FailedJob): boolean {
    return this.#jobs.delete(job);
  }

  dropAll(): void {
    this.#jobs.clear();
  }

  /** @internal */
  add(job: FailedJob): void {
    this.#jobs.add(job);
    if (this.#jobs.size <= this.#most) return;
    for (const oldest of this.#jobs) {
      this.#jobs.delete(oldest);
      this.#lost += 1;
      return;
    }
  }
}
