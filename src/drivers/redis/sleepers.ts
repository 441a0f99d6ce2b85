/** A wait for one of some queues to be woken. */
export interface Sleep {
  /** True when one of the queues is woken, false when the sleep is ended. */
  readonly over: Promise<boolean>;
  readonly end: () => void;
}

/** The workers of this process that wait for jobs, by queue. */
export class Sleepers {
  readonly #queues = new Map<string, Set<() => void>>();

  sleep(queues: readonly string[]): Sleep {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const leave = (woken: boolean): void => {
      for (const queue of queues) {
        const wakes = this.#queues.get(queue);
        wakes?.delete(wake);
        if (wakes?.size === 0) this.#queues.delete(queue);
      }
      resolve(woken);
    };
    const wake = (): void => leave(true);
    for (const queue of queues) {
      const wakes = this.#queues.get(queue);
      if (wakes === undefined) this.#queues.set(queue, new Set([wake]));
      else wakes.add(wake);
    }
    return { over: promise, end: () => leave(false) };
  }

  /** Wakes those of one queue; false where nobody sleeps. */
  wake(queue: string): boolean {
    const wakes = this.#queues.get(queue);
    if (wakes === undefined) return false;
    for (const wake of [...wakes]) wake();
    return true;
  }

  wakeAll(): void {
    for (const queue of [...this.#queues.keys()]) this.wake(queue);
  }
}
