import type { Clock, Store, StoredJob, Watch, WatchedJob } from "../contracts/index.ts";
import { ChurningMap } from "../internal/churning-map.ts";
import { KeepAlive } from "../internal/keep-alive.ts";

type Listener = (job: StoredJob | undefined) => void;

/** Who waits for the end of which job, over one watch of the store. */
export class FinishedJobs {
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  readonly #listeners = new ChurningMap<string, Set<Listener>>();
  readonly #waits = new ChurningMap<(reason: Error) => void, true>();
  readonly #keepAlive = new KeepAlive();
  #watch: Watch | undefined;
  #added: string[] = [];
  #closed = false;

  constructor(store: () => Promise<Store>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Resolves with the job once it is final, with `undefined` if it is unknown, and with `"timeout"` when the wait is over.
   * Rejects when `signal` aborts, with its reason, and when the store cannot be watched.
   */
  async wait(
    id: string,
    timeoutMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoredJob | undefined | "timeout"> {
    signal?.throwIfAborted();
    this.#keepAlive.hold();
    const end = Promise.withResolvers<StoredJob | undefined | "timeout">();
    const listener: Listener = (job) => end.resolve(job);
    const timer = timeoutMs === undefined ? undefined : this.#clock.setTimer(timeoutMs, () => end.resolve("timeout"));
    const abort = (): void => end.reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#waits.set(end.reject, true);
    // The wait may be over before the store is open.
    this.#store()
      .then((store) => {
        if (this.#closed || !this.#waits.has(end.reject)) return;
        this.#watch ??= store.watch((jobs) => this.#report(jobs));
        this.#listen(id, listener);
      })
      .catch(end.reject);
    try {
      return await end.promise;
    } finally {
      this.#waits.delete(end.reject);
      this.#keepAlive.release();
      timer?.cancel();
      signal?.removeEventListener("abort", abort);
      this.#forget(id, listener);
    }
  }

  /** Ends every wait with `reason`. */
  close(reason: Error): void {
    this.#closed = true;
    this.#watch?.close();
    this.#watch = undefined;
    for (const end of [...this.#waits.keys()]) end(reason);
  }

  #listen(id: string, listener: Listener): void {
    const listeners = this.#listeners.get(id);
    if (listeners === undefined) this.#listeners.set(id, new Set([listener]));
    else listeners.add(listener);
    // Ids of one turn are added together.
    if (this.#added.push(id) > 1) return;
    queueMicrotask(() => {
      const added = this.#added;
      this.#added = [];
      this.#watch?.add(added);
    });
  }

  #forget(id: string, listener: Listener): void {
    const listeners = this.#listeners.get(id);
    if (listeners === undefined) return;
    listeners.delete(listener);
    if (listeners.size > 0) return;
    this.#listeners.delete(id);
    this.#watch?.remove([id]);
  }

  #report(jobs: readonly WatchedJob[]): void {
    for (const { id, job } of jobs) {
      const listeners = this.#listeners.get(id);
      this.#listeners.delete(id);
      for (const listener of listeners ?? []) listener(job);
    }
  }
}
