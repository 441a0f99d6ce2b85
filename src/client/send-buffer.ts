import type { Clock, EnqueueOutcome, NewJob, Store } from "../contracts/index.ts";
import {
  ERROR_CODES,
  ForbiddenError,
  MillraceError,
  QueueFullError,
  SendTimeoutError,
  StoreFullError,
  StoreUnavailableError,
} from "../errors/index.ts";
import { isTransient, pause, pauseMs } from "../internal/patience.ts";
import { TimeLimits } from "./time-limits.ts";

/** The most jobs of one round trip. */
export const BATCH_JOBS = 1_000;
/** Round trips under way at once: one is written while the next gathers. */
const IN_FLIGHT = 2;
/** So many travel in two halves: this process goes on with one while the store is busy with the other. */
const WORTH_HALVING = 32;
/** Sends that may wait for the store: above this, more are refused rather than kept in memory. */
const MOST_WAITING = 100_000;

/** These may pass, but who sends is told at once. */
const AT_ONCE = [StoreFullError, QueueFullError, SendTimeoutError];

interface Waiting {
  readonly job: NewJob;
  readonly accept: (outcome: EnqueueOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets the sends of one turn travel together, many of them as two round trips that overlap, and those that come while the
 * store is busy go with its next one. It adds no wait of its own: an idle store gets a single send at the end of the turn in which it was made.
 */
export class SendBuffer {
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #limits: TimeLimits;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(store: () => Promise<Store>, clock: Clock, timeoutMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#limits = new TimeLimits(clock);
  }

  /** Calls `accept` when the store has the job, or has one of its id already. */
  add(job: NewJob, accept: (outcome: EnqueueOutcome) => void, reject: (error: unknown) => void): void {
    if (this.#waiting.length >= MOST_WAITING) {
      reject(
        new StoreUnavailableError(`${MOST_WAITING} sends wait for the store already; wait for some of them first`),
      );
      return;
    }
    this.#waiting.push({ job, accept, reject });
    this.#schedule();
  }

  /** Sends jobs as one atomic step, after everything that was added before. */
  async sendTogether(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    while (this.#waiting.length > 0) this.#flush();
    return this.#enqueue(jobs);
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= IN_FLIGHT) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { length } = this.#waiting;
    if (length === 0) return;
    const together = this.#inFlight === 0 && length >= WORTH_HALVING ? Math.ceil(length / 2) : length;
    const batch = this.#waiting.splice(0, Math.min(together, BATCH_JOBS));
    this.#inFlight += 1;
    void this.#deliver(batch);
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #deliver(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#enqueue(batch.map(({ job }) => job));
      for (let at = 0; at < batch.length; at += 1) batch[at]?.accept(outcomes[at] ?? "accepted");
    } catch (error) {
      if (batch.length === 1 || !isOfOneJob(error)) for (const { reject } of batch) reject(error);
      // What is wrong with one must not fail those that only travelled with it.
      else for (const one of batch) await this.#deliverAlone(one);
    } finally {
      this.#inFlight -= 1;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  async #deliverAlone({ job, accept, reject }: Waiting): Promise<void> {
    try {
      const [outcome = "accepted"] = await this.#enqueue([job]);
      accept(outcome);
    } catch (error) {
      reject(error);
    }
  }

  /** Repeats what failed for a reason that passes: enqueueing is idempotent by id. A full store is said at once. */
  async #enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const until = this.#clock.monotonic() + this.#timeoutMs;
    let last: unknown;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#within(until, jobs, last);
      } catch (error) {
        last = error;
        const wait = pauseMs(tries);
        const over = this.#clock.monotonic() + wait > until;
        if (!isTransient(error) || AT_ONCE.some((kind) => error instanceof kind) || over) throw error;
        await pause(this.#clock, wait);
      }
    }
  }

  /** Enqueues, or gives up at `until`; `last` is why the try before failed. */
  #within(until: number, jobs: readonly NewJob[], last: unknown): Promise<readonly EnqueueOutcome[]> {
    return new Promise((resolve, reject) => {
      let asked = false;
      let over = false;
      const limit = this.#limits.add(until, () => {
        over = true;
        reject(asked ? this.#tooLate(jobs, last) : this.#notOpen(last));
      });
      this.#store()
        .then((store) => {
          // Who sent it was told that it was not sent.
          if (over) return [];
          asked = true;
          return store.enqueue(jobs);
        })
        .then(
          (outcomes) => {
            this.#limits.drop(limit);
            resolve(outcomes);
          },
          (error: unknown) => {
            this.#limits.drop(limit);
            reject(error);
          },
        );
    });
  }

  #notOpen(last: unknown): StoreUnavailableError {
    return new StoreUnavailableError(
      `the store could not be opened within ${this.#timeoutMs} ms (sendTimeout): nothing was sent${before(last)}`,
      { ...(last !== undefined && { cause: last }) },
    );
  }

  #tooLate(jobs: readonly NewJob[], last: unknown): SendTimeoutError {
    return new SendTimeoutError(
      `the store gave no answer within ${this.#timeoutMs} ms (sendTimeout): whether it has the job is unknown, and sending again with the same id is safe${before(last)}`,
      { details: { ids: jobs.slice(0, 10).map(({ id }) => id) }, ...(last !== undefined && { cause: last }) },
    );
  }
}

function before(last: unknown): string {
  return last instanceof Error ? `. Before that: ${last.message}` : "";
}

/** Whether a batch failed for something that may be wrong with one of its jobs only. */
function isOfOneJob(error: unknown): boolean {
  if (error instanceof QueueFullError || error instanceof ForbiddenError) return true;
  return error instanceof MillraceError && ERROR_CODES[error.code].family === "payload";
}
