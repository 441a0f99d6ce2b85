import type { Clock } from "../../contracts/index.ts";
import { RateLimitError } from "../../errors/index.ts";

/** Seconds of its rate that a caller may save up. */
const BURST_SECONDS = 2;

/** Lets each caller make so many requests a second, and twice as many at once after a pause. */
export class RateLimiter {
  readonly #perSecond: number;
  readonly #clock: Clock;
  readonly #allowances = new Map<string, { left: number; at: number }>();

  /** @param perSecond 0: as many as they like */
  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** @throws RateLimitError */
  count(caller: string): void {
    if (this.#perSecond === 0) return;
    const now = this.#clock.monotonic();
    const most = this.#perSecond * BURST_SECONDS;
    const allowance = this.#allowances.get(caller) ?? { left: most, at: now };
    allowance.left = Math.min(most, allowance.left + ((now - allowance.at) / 1_000) * this.#perSecond);
    allowance.at = now;
    this.#allowances.set(caller, allowance);
    if (allowance.left < 1) {
      throw new RateLimitError(`the token "${caller}" may make ${this.#perSecond} requests a second`, {
        details: { retryAfterSeconds: Math.ceil((1 - allowance.left) / this.#perSecond) },
      });
    }
    allowance.left -= 1;
  }
}
