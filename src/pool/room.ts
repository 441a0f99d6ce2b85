import { PoolFullError } from "../errors/index.ts";
import { JobLine } from "./job-line.ts";
import type { PoolJob } from "./pool-job.ts";

/** How many jobs may wait in a pool, and those that wait for that: nobody has accepted them yet. */
export class Room {
  readonly #maxQueued: number;
  readonly #offered = new JobLine();
  #offers = 0;

  constructor(maxQueued: number) {
    this.#maxQueued = maxQueued;
  }

  /** How many wait for room. */
  get offers(): number {
    return this.#offers;
  }

  /** Whether there is room beside `waiting` jobs, of which `free` slots will take some. */
  isBeside(waiting: number, free: number): boolean {
    return waiting < this.#maxQueued || waiting < this.#maxQueued + free;
  }

  offer(job: PoolJob): void {
    this.#offered.push(job);
    this.#offers += 1;
  }

  /** Takes out the job that is to have room now. */
  take(): PoolJob | undefined {
    const job = this.#offered.take();
    if (job !== undefined) this.#offers -= 1;
    return job;
  }

  /** A job that waited for room has ended. */
  forget(): void {
    this.#offers -= 1;
    this.#offered.forget();
  }

  fullError(): PoolFullError {
    return new PoolFullError(
      `the pool is full: ${this.#maxQueued} jobs wait, which is its maxQueued. Push later, or let the push wait with whenFull: "wait"`,
      { details: { maxQueued: this.#maxQueued } },
    );
  }

  /** Those that wait for room, in the order in which they will have it. */
  [Symbol.iterator](): Iterator<PoolJob> {
    return this.#offered[Symbol.iterator]();
  }
}
