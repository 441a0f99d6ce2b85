import { JobLine } from "./job-line.ts";
import type { PoolJob } from "./pool-job.ts";

interface Key {
  /** Seats taken, by jobs that run and by jobs that were called up and have not started yet. */
  taken: number;
  readonly parked: JobLine;
}

/**
 * Limits how many jobs of one key run at a time. A job that finds no seat is parked, so that it holds up nobody else; the
 * seat of one that ends passes to the first that is parked. Keys that nobody uses take no memory.
 */
export class KeySeats {
  readonly #limit: number;
  readonly #keys = new Map<unknown, Key>();
  /** Jobs that were given a seat while they were parked. */
  readonly #called = new Set<PoolJob>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a seat for the job, or parks it and returns false. */
  enter(job: PoolJob): boolean {
    if (this.#called.delete(job)) return true;
    const key = this.#keys.get(job.plan.key);
    if (key === undefined) {
      this.#keys.set(job.plan.key, { taken: 1, parked: new JobLine() });
      return true;
    }
    if (key.taken < this.#limit) {
      key.taken += 1;
      return true;
    }
    key.parked.push(job);
    return false;
  }

  /** Gives back the seat of a job that ran; returns the one that has it now and is to be the next to start. */
  pass(job: PoolJob): PoolJob | undefined {
    const key = this.#keys.get(job.plan.key);
    const next = key?.parked.take();
    if (next !== undefined) {
      this.#called.add(next);
    } else if (key !== undefined) {
      key.taken -= 1;
      if (key.taken === 0) this.#keys.delete(job.plan.key);
    }
    return next;
  }

  /** Gives back the seat of a job that will not start, if it was called up; returns the one that has it now. */
  forget(job: PoolJob): PoolJob | undefined {
    this.#keys.get(job.plan.key)?.parked.forget();
    return this.#called.delete(job) ? this.pass(job) : undefined;
  }

  /** All jobs that are parked. */
  *[Symbol.iterator](): Generator<PoolJob> {
    for (const { parked } of this.#keys.values()) yield* parked;
  }
}
