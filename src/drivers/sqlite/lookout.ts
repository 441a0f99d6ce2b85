/** How long an answer is looked for. */
const LOOK_MS = 0.5;
/** Calls that leave this soon after something was heard are worth looking for. */
const SOON_MS = 0.1;
/** After this many vain looks in a row, only one call in as many is looked for. */
const MOST_MISSES = 64;

export interface Looker {
  /** Whether an answer is due. */
  isDue(): boolean;
  /** Takes what has come. */
  hear(): void;
  /** Told whether the other side may leave it to this one to look. */
  looking(looking: boolean): void;
}

/**
 * Keeps the event loop turning for a moment while an answer of the thread is due to somebody who calls again and again: to be
 * woken costs more than a quick answer takes. Nothing is held up by it, and where answers do not come that fast, it looks
 * ever more seldom.
 */
export class Lookout {
  readonly #looker: Looker;
  readonly #now: () => number;
  #until = 0;
  #isLooking = false;
  #heardAt = -Infinity;
  #lookedAt = 0;
  #misses = 0;
  #skipped = 0;

  constructor(looker: Looker, now: () => number = () => performance.now()) {
    this.#looker = looker;
    this.#now = now;
  }

  /** To be told when something was heard. */
  heard(): void {
    this.#heardAt = this.#now();
  }

  /** To be told when a call has left. */
  look(): void {
    const now = this.#now();
    if (this.#isLooking) {
      // Longer, but not for ever: where calls leave all the time, answers may still be late.
      if (this.#heardAt >= this.#until - LOOK_MS) this.#until = now + LOOK_MS;
      return;
    }
    if (now - this.#heardAt > SOON_MS) return;
    if (this.#skipped < this.#misses) {
      this.#skipped += 1;
      return;
    }
    this.#skipped = 0;
    this.#isLooking = true;
    this.#lookedAt = now;
    this.#until = now + LOOK_MS;
    this.#looker.looking(true);
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#looker.hear();
    if (this.#looker.isDue() && this.#now() < this.#until) {
      setImmediate(this.#turn);
      return;
    }
    this.#isLooking = false;
    this.#looker.looking(false);
    // What came just before that was said woke nobody.
    this.#looker.hear();
    this.#misses = this.#heardAt > this.#lookedAt ? 0 : Math.min(2 * this.#misses + 1, MOST_MISSES);
  };
}
