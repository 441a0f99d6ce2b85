import type { Clock, Store, Timer } from "../contracts/index.ts";

const EVERY_MS = 5_000;
/** While there is nothing to delete, each look comes twice as late as the one before, up to this. */
const SELDOM_MS = 60_000;
/** Records of one step: short enough not to hold up the jobs behind it. */
const STEP = 500;

/** Deletes records whose retention is over, a little at a time, while a worker runs. */
export class PurgeLoop {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #timer: Timer | undefined;
  #stopped = false;
  #pauseMs = EVERY_MS;

  constructor(store: Store, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  start(): void {
    // Drawn, so that workers that were started together do not all come at once.
    this.#arm(EVERY_MS * (0.5 + Math.random()));
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.setTimer(delayMs, () => void this.#step());
  }

  async #step(): Promise<void> {
    try {
      const purged = await this.#store.purge(STEP);
      this.#pauseMs = purged === 0 ? Math.min(this.#pauseMs * 2, SELDOM_MS) : EVERY_MS;
      this.#arm(purged < STEP ? this.#pauseMs : 1);
    } catch (error) {
      if (!this.#stopped) this.#onError(error);
      this.#arm(EVERY_MS);
    }
  }
}
