import { Fifo } from "../internal/fifo.ts";
import type { PoolJob } from "./pool-job.ts";

/** Fewer jobs that have ended than this are left where they are. */
const FEW = 1_024;

/**
 * Jobs in the order in which they start: higher priority first, older first within one. Adding and taking are O(1). A job
 * that ends while it waits is passed over when it is its turn; where many have, they are swept out.
 */
export class JobLine {
  /** By priority; made when first used. */
  readonly #levels: Fifo<PoolJob>[] = [new Fifo()];
  /** Bit p is set while level p may hold a job. */
  #occupied = 0;
  /** Those that have ended included. */
  #length = 0;
  /** At most so many of them have ended. */
  #ended = 0;

  push(job: PoolJob): void {
    this.#level(job.plan.priority).push(job);
  }

  /** Puts it before all others of its priority. */
  unshift(job: PoolJob): void {
    this.#level(job.plan.priority).unshift(job);
  }

  take(): PoolJob | undefined {
    while (this.#occupied !== 0) {
      const priority = 31 - Math.clz32(this.#occupied);
      const job = this.#levels[priority]?.take();
      if (job === undefined) {
        this.#occupied &= ~(1 << priority);
      } else {
        this.#length -= 1;
        if (!job.hasEnded) return job;
        this.#ended -= 1;
      }
    }
    return undefined;
  }

  /** A job that may be in it has ended. */
  forget(): void {
    this.#ended += 1;
    if (this.#ended > FEW && 2 * this.#ended > this.#length) this.#sweep();
  }

  /** Jobs in it, those that have ended and were not passed over yet included. */
  get length(): number {
    return this.#length;
  }

  /** Takes all jobs of another line, each behind its own of the same priority. */
  append(other: JobLine): void {
    for (let job = other.take(); job !== undefined; job = other.take()) this.push(job);
  }

  /** All jobs that have not ended, in their order. */
  *[Symbol.iterator](): Generator<PoolJob> {
    for (const level of this.#levels.toReversed()) {
      for (const job of level) if (!job.hasEnded) yield job;
    }
  }

  #level(priority: number): Fifo<PoolJob> {
    this.#length += 1;
    this.#occupied |= 1 << priority;
    while (this.#levels.length <= priority) this.#levels.push(new Fifo());
    return this.#levels[priority] as Fifo<PoolJob>;
  }

  /** Costs as much as it is long, once in half as many endings. */
  #sweep(): void {
    const jobs = [...this];
    this.#levels.splice(0, this.#levels.length, new Fifo());
    this.#occupied = 0;
    this.#length = 0;
    this.#ended = 0;
    for (const job of jobs) this.push(job);
  }
}
