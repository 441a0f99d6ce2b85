/** A rate limit, checked. */
export interface RatePlan {
  readonly limit: number;
  readonly intervalMs: number;
}

/** Limits how many attempts begin in any span of time: it remembers when the last `limit` ones did. */
export class RateWindow {
  readonly #intervalMs: number;
  readonly #limit: number;
  /** A ring of start times; `#next` is the oldest once it is full. */
  readonly #starts: number[] = [];
  #next = 0;

  constructor({ limit, intervalMs }: RatePlan) {
    this.#limit = limit;
    this.#intervalMs = intervalMs;
  }

  /** Milliseconds until one more may begin; 0 for now. */
  waitMs(now: number): number {
    const oldest = this.#starts.length < this.#limit ? undefined : this.#starts[this.#next];
    return oldest === undefined ? 0 : Math.max(0, oldest + this.#intervalMs - now);
  }

  began(now: number): void {
    this.#starts[this.#next] = now;
    this.#next = (this.#next + 1) % this.#limit;
  }
}
