import type { Clock, Timer } from "../contracts/index.ts";
import { ChurningMap } from "../internal/churning-map.ts";

/** Something that ends at a time, unless it was dropped before. */
export interface TimeLimit {
  /** By `monotonic`. */
  readonly at: number;
  readonly over: () => void;
}

/**
 * Limits on how long things take, with one timer for all of them: nearly all are dropped long before, and a timer for each
 * would cost more than the rest of its send. It is left alone when a limit is dropped, and looks again when it is due.
 */
export class TimeLimits {
  readonly #clock: Clock;
  readonly #limits = new ChurningMap<TimeLimit, true>();
  #timer: Timer | undefined;
  #dueAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `over` at `at`, by `monotonic`. */
  add(at: number, over: () => void): TimeLimit {
    const limit = { at, over };
    this.#limits.set(limit, true);
    if (this.#timer === undefined || at < this.#dueAt) this.#arm(at);
    return limit;
  }

  /** What `work` gives, or a rejection with `late()` once it is `at`, by `monotonic`. */
  within<T>(at: number, work: () => Promise<T>, late: () => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.add(at, () => reject(late()));
      work()
        .finally(() => this.drop(limit))
        .then(resolve, reject);
    });
  }

  drop(limit: TimeLimit): void {
    this.#limits.delete(limit);
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#dueAt = at;
    this.#timer = this.#clock.setTimer(Math.max(at - this.#clock.monotonic(), 0), () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    let next: number | undefined;
    for (const limit of this.#limits.keys()) {
      if (limit.at <= now) {
        this.#limits.delete(limit);
        limit.over();
      } else if (next === undefined || limit.at < next) next = limit.at;
    }
    // One that was over may have added another, later than these.
    if (next !== undefined && (this.#timer === undefined || next < this.#dueAt)) this.#arm(next);
  }
}
