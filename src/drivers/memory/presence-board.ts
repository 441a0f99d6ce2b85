import type { Clock, Present } from "../../contracts/index.ts";

/** Who announced themselves, for as long as they said. */
export class PresenceBoard {
  readonly #clock: Clock;
  readonly #announced = new Map<string, Present & { readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  announce(name: string, about: string, liveMs: number): void {
    const now = this.#clock.now();
    this.#announced.set(name, { name, about, seenAt: now, until: now + liveMs });
  }

  leave(name: string): void {
    this.#announced.delete(name);
  }

  present(): readonly Present[] {
    const now = this.#clock.now();
    for (const [name, { until }] of this.#announced) {
      if (until <= now) this.#announced.delete(name);
    }
    return [...this.#announced.values()].map(({ name, about, seenAt }) => ({ name, about, seenAt }));
  }
}
