import { randomBytes } from "node:crypto";

/** Base 36, so that ids sort by time and survive file systems, URLs and eyes that cannot tell case. */
const RADIX = 36;
const TIME_DIGITS = 9;
const COUNTER_DIGITS = 4;
const COUNTER_SPAN = RADIX ** COUNTER_DIGITS;

/**
 * Makes ids of 24 characters: the time in ms (9), a random block of this process (11), a counter (4). They sort by
 * time, which keeps index inserts local, and cost no random bytes each.
 */
export class JobIds {
  readonly #now: () => number;
  readonly #block: string = randomBlock();
  #lastMs = 0;
  #prefix = "";
  #counter = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  next(): string {
    // A clock that steps back must not bring a used prefix back, and a full counter must not wrap within one.
    let ms = Math.max(this.#now(), this.#lastMs);
    if (ms === this.#lastMs && this.#counter === COUNTER_SPAN) ms += 1;
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#counter = 0;
      this.#prefix = ms.toString(RADIX).padStart(TIME_DIGITS, "0") + this.#block;
    }
    const count = this.#counter;
    this.#counter += 1;
    return this.#prefix + count.toString(RADIX).padStart(COUNTER_DIGITS, "0");
  }
}

function randomBlock(): string {
  const bits = BigInt(`0x${randomBytes(7).toString("hex")}`);
  return bits.toString(RADIX).padStart(11, "0");
}
