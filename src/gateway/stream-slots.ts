import { RateLimitError } from "../errors/index.ts";

/** Room for requests that stay open: streams and waits. */
export class StreamSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes a slot. Returns how to give it back, which may be repeated.
   *
   * @throws RateLimitError when there is none left
   */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new RateLimitError(`${this.#most} streams and waits are open already (maxStreams)`, {
        details: { retryAfterSeconds: 5 },
      });
    }
    this.#taken += 1;
    let held = true;
    return () => {
      if (held) this.#taken -= 1;
      held = false;
    };
  }
}
