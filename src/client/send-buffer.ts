import { setImmediate } from "node:timers";
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
import { type TimeLimit, TimeLimits } from "./time-limits.ts";

/** The most jobs of one round trip. */
export const BATCH_JOBS = 1_000;
/** Round trips under way at once: one is written while the next gathers. */
const IN_FLIGHT = 2;
/** So many do not wait for one of those to end: where sends come one by one, this process may be long in hearing of it. */
const GATHERED = 16;
/** Round trips under way at the most. */
const MOST_IN_FLIGHT = 8;
/** So many travel in two halves: this process goes on with one while the store is busy with the other. */
const WORTH_HALVING = 32;
/** Sends that may wait for the store: above this, more are refused rather than kept in memory. */
const MOST_WAITING = 100_000;

/** These may pass, but who sends is told at once. */
const AT_ONCE = [StoreFullError, QueueFullError, SendTimeoutError];

interface Waiting {
  readonly job: NewJob;
  /** By `monotonic`. */
  readonly until: number;
  readonly accept: (outcome: EnqueueOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Jobs on their way to the store, over all tries. */
interface Trip {
  readonly jobs: readonly NewJob[];
  readonly until: number;
  /** Where this try is: the store has yet to open, it has been asked, or the try has failed and another is to come. */
  stage: "opening" | "asked" | "failed";
  /** Why the try before failed. */
  last: unknown;
  /** So many, from the first on, were told that their time is over. */
  told: number;
}

/**
 * Lets the sends of one turn travel together, many of them as two round trips that overlap, and those that come while the
 * store is busy with a few go together, too: with its next one, or when they are many. It adds no wait of its own: an idle
 * store gets a single send as soon as the code that made it has come to its end, a busy one when all is read that has arrived.
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
    this.#waiting.push({ job, until: this.#until(), accept, reject });
    this.#schedule();
  }

  /** Sends jobs as one atomic step, after everything that was added before. */
  async sendTogether(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    while (this.#waiting.length > 0) this.#flush();
    return this.#enqueue(tripOf(jobs, this.#until()));
  }

  #until(): number {
    return this.#clock.monotonic() + this.#timeoutMs;
  }

  /**
   * @param soon default: at once where the store is idle, else when all is read that has arrived. The requests of many
   *   connections are read one after the other, with the microtasks of each in between.
   */
  #schedule(soon = this.#inFlight === 0 ? queueMicrotask : setImmediate): void {
    if (this.#scheduled || this.#inFlight >= (this.#waiting.length < GATHERED ? IN_FLIGHT : MOST_IN_FLIGHT)) return;
    this.#scheduled = true;
    soon(() => {
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
    if (this.#waiting.length > 0) this.#schedule(queueMicrotask);
  }

  async #deliver(gathered: readonly Waiting[]): Promise<void> {
    const batch = this.#inTime(gathered);
    const last = batch.at(-1);
    const trip = tripOf(
      batch.map(({ job }) => job),
      last?.until ?? 0,
    );
    const dropLimit = this.#limitEach(batch, trip);
    try {
      const outcomes = last === undefined ? [] : await this.#enqueue(trip);
      for (let at = 0; at < batch.length; at += 1) batch[at]?.accept(outcomes[at] ?? "accepted");
    } catch (error) {
      if (batch.length === 1 || !isOfOneJob(error)) for (const { reject } of batch) reject(error);
      // What is wrong with one must not fail those that only travelled with it.
      else for (const one of batch) await this.#deliverAlone(one);
    } finally {
      dropLimit();
      this.#inFlight -= 1;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  async #deliverAlone({ job, until, accept, reject }: Waiting): Promise<void> {
    try {
      const [outcome = "accepted"] = await this.#enqueue(tripOf([job], until));
      accept(outcome);
    } catch (error) {
      reject(error);
    }
  }

  /** Those whose time is not over yet: the others waited for round trips before theirs, and are told so. */
  #inTime(gathered: readonly Waiting[]): readonly Waiting[] {
    const now = this.#clock.monotonic();
    // Who came first has the least time left.
    const inTime = gathered.findIndex(({ until }) => until > now);
    const late = inTime < 0 ? gathered.length : inTime;
    if (late === 0) return gathered;
    const error = new StoreUnavailableError(
      `the store gave no answer to earlier sends within ${this.#timeoutMs} ms (sendTimeout): nothing was sent`,
    );
    for (const { reject } of gathered.slice(0, late)) reject(error);
    return gathered.slice(late);
  }

  /**
   * Tells each send of a batch when its own time is over, though the trip goes on for those that came later. Returns how to
   * stop that.
   */
  #limitEach(batch: readonly Waiting[], trip: Trip): () => void {
    let limit: TimeLimit | undefined;
    const arm = (): void => {
      const next = batch[trip.told];
      // The last ones end with the trip.
      limit = next === undefined || next.until >= trip.until ? undefined : this.#limits.add(next.until, look);
    };
    const look = (): void => {
      const now = this.#clock.monotonic();
      for (let next = batch[trip.told]; next !== undefined && next.until <= now; next = batch[trip.told]) {
        trip.told += 1;
        next.reject(this.#overError(trip, [next.job]));
      }
      arm();
    };
    arm();
    return () => {
      if (limit !== undefined) this.#limits.drop(limit);
    };
  }

  /** Repeats what failed for a reason that passes: enqueueing is idempotent by id. A full store is said at once. */
  async #enqueue(trip: Trip): Promise<readonly EnqueueOutcome[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#try(trip);
      } catch (error) {
        trip.stage = "failed";
        trip.last = error;
        const wait = pauseMs(tries);
        const over = this.#clock.monotonic() + wait > trip.until;
        if (!isTransient(error) || AT_ONCE.some((kind) => error instanceof kind) || over) throw error;
        await pause(this.#clock, wait);
      }
    }
  }

  /** Enqueues, or gives up when the trip's time is over. */
  #try(trip: Trip): Promise<readonly EnqueueOutcome[]> {
    trip.stage = "opening";
    return new Promise((resolve, reject) => {
      let over = false;
      const limit = this.#limits.add(trip.until, () => {
        over = true;
        reject(this.#overError(trip, trip.jobs));
      });
      this.#store()
        .then((store) => {
          // Who sent it was told that it was not sent.
          if (over) return [];
          trip.stage = "asked";
          return enqueueRest(store, trip);
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

  /** What is said of these jobs of a trip when their time is over. */
  #overError({ stage, last }: Trip, jobs: readonly NewJob[]): unknown {
    if (stage === "failed") return last;
    return stage === "asked" ? this.#tooLate(jobs, last) : this.#notOpen(last);
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

function tripOf(jobs: readonly NewJob[], until: number): Trip {
  return { jobs, until, stage: "opening", last: undefined, told: 0 };
}

/** Enqueues those of a trip that still wait; the outcome of the others is nobody's. */
async function enqueueRest(store: Store, { jobs, told }: Trip): Promise<readonly EnqueueOutcome[]> {
  if (told === 0) return store.enqueue(jobs);
  const outcomes = await store.enqueue(jobs.slice(told));
  return [...jobs.slice(0, told).map(() => "accepted" as const), ...outcomes];
}

function before(last: unknown): string {
  return last instanceof Error ? `. Before that: ${last.message}` : "";
}

/** Whether a batch failed for something that may be wrong with one of its jobs only. */
function isOfOneJob(error: unknown): boolean {
  if (error instanceof QueueFullError || error instanceof ForbiddenError) return true;
  return error instanceof MillraceError && ERROR_CODES[error.code].family === "payload";
}
