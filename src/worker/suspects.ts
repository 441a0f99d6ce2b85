import type { Lease, LeaseRef } from "../contracts/index.ts";

/**
 * Jobs that one more lost lease would dead-letter. A worker that dies takes all its jobs with it, and nobody knows which
 * one did it; so of those that may have, a worker holds one at a time. The next death then speaks against that one alone.
 */
export class Suspects {
  readonly #maxCrashes: number;
  #held: LeaseRef | undefined;
  #goingBack: Promise<void> = Promise.resolve();

  constructor(maxCrashes: number) {
    this.#maxCrashes = maxCrashes;
  }

  isSuspect({ crashes }: Lease): boolean {
    return this.#maxCrashes > 1 && crashes === this.#maxCrashes - 1;
  }

  /**
   * Takes a lease in, or sends it back because another suspect is held; false in that case.
   *
   * @param putOff gives it back for a while; resolves when it is back
   */
  admit(lease: Lease, putOff: () => Promise<void>): boolean {
    if (!this.isSuspect(lease)) return true;
    if (this.#held === undefined) {
      this.#held = lease;
      return true;
    }
    const before = this.#goingBack;
    this.#goingBack = putOff().then(() => before);
    return false;
  }

  /** Resolves when no other suspect is held here any more. Start the one that is only then. */
  async othersAway(): Promise<void> {
    await this.#goingBack;
  }

  /** The lease is settled, or lost. */
  drop({ id, lease }: LeaseRef): void {
    if (this.#held?.id === id && this.#held.lease === lease) this.#held = undefined;
  }
}
