/** A wait may follow the exchange that put its process to sleep by this much. */
const FRESH_MS = 500;

interface Bed {
  readonly madeAt: number;
  /** In how many milliseconds something is due, as look.lua says it. */
  readonly dueMs: number;
}

/**
 * Queues of a partition on which an exchange that found too little has put this process to sleep, so that the wait which
 * follows need not ask again. What is said meanwhile wakes it all the same, and then nothing is known any more.
 */
export class Beds {
  readonly #hears: () => boolean;
  readonly #beds = new Map<string, Bed>();
  #wakes = 0;

  /** `hears` tells whether everything that is said now is heard. */
  constructor(hears: () => boolean) {
    this.#hears = hears;
  }

  /** To be called before an exchange: what makes the beds once it is answered. `undefined` where nobody may sleep. */
  prepare(queues: readonly { readonly name: string }[]): ((dueMs: number) => void) | undefined {
    if (queues.length === 0 || !this.#hears()) return undefined;
    const wakes = this.#wakes;
    return (dueMs) => {
      if (wakes !== this.#wakes) return;
      const bed = { madeAt: performance.now(), dueMs };
      for (const { name } of queues) this.#beds.set(name, bed);
    };
  }

  /** Somebody woke this process, or may have. */
  wake(): void {
    this.#wakes += 1;
    this.#beds.clear();
  }

  /** In how many milliseconds something is due in queues on which it sleeps already; `undefined` where it has to ask. */
  take(queues: readonly string[]): number | undefined {
    const now = performance.now();
    const due: number[] = [];
    for (const queue of queues) {
      const bed = this.#beds.get(queue);
      this.#beds.delete(queue);
      if (bed === undefined || now - bed.madeAt > FRESH_MS || !this.#hears()) return undefined;
      if (bed.dueMs >= 0) due.push(Math.max(bed.dueMs - (now - bed.madeAt), 0));
    }
    return due.length === 0 ? -1 : Math.min(...due);
  }
}
