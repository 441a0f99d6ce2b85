/** Calls listeners by event name; the map `M` gives each event its payload. */
export class Emitter<M extends object> {
  readonly #listeners = new Map<keyof M, Set<(event: never) => void>>();
  readonly #onThrow: (error: unknown) => void;

  /** @param onThrow is told what a listener threw, which concerns nobody else */
  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  /** Adds a listener; returns how to remove it. */
  on<K extends keyof M>(name: K, listener: (event: M[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Whether anybody listens, so that an event nobody hears need not be made. */
  has(name: keyof M): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<K extends keyof M>(name: K, event: M[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as (event: M[K]) => void)(event);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
