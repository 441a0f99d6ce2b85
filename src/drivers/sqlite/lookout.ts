/** How long an answer is looked for. */
const LOOK_MS = 0.25;
/** After this many vain looks in a row, only one call in as many is looked for. */
const MOST_MISSES = 64;

/**
 * Keeps the event loop turning for a moment while an answer of the thread is due: to be woken costs more than a quick answer
 * takes. Nothing is held up by it, and where answers do not come that fast, it looks ever more seldom.
 */
export class Lookout {
  readonly #isDue: () => boolean;
  readonly #now: () => number;
  #until = 0;
  #isLooking = false;
  #misses = 0;
  #skipped = 0;

  constructor(isDue: () => boolean, now: () => number = () => performance.now()) {
    this.#isDue = isDue;
    this.#now = now;
  }

  /** To be told when a call has left. */
  look(): void {
    if (this.#isLooking) return;
    if (this.#skipped < this.#misses) {
      this.#skipped += 1;
      return;
    }
    this.#skipped = 0;
    this.#isLooking = true;
    this.#until = this.#now() + LOOK_MS;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#isDue() && this.#now() < this.#until) {
      setImmediate(this.#turn);
      return;
    }
    this.#isLooking = false;
    this.#misses = this.#isDue() ? Math.min(2 * this.#misses + 1, MOST_MISSES) : 0;
  };
}
