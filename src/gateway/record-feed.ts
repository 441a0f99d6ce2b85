import type { Clock, Store, StoredJob, Timer, Watch } from "../contracts/index.ts";
import { stepsOf } from "../internal/steps.ts";

/** How often progress and log lines are looked for: workers tell them no more often than ten times a second. */
const LOOK_MS = 250;
/** Looking takes this share of the time at the most. */
const DUTY = 0.1;
/** Ids of one look: each record may be two megabytes. */
const CHUNK = 100;

type Listener = (job: StoredJob | undefined) => void;

/**
 * What becomes of the jobs that somebody follows: one look at the store for all of them. A store pushes the end of a job;
 * what a running one notes of itself has to be looked for.
 */
export class RecordFeed {
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  readonly #followers = new Map<string, Set<Listener>>();
  #watch: Watch | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(store: () => Promise<Store>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Calls `listener` with the job now and then, changed or not, and with `undefined` once it is unknown. Returns how to stop. */
  follow(id: string, listener: Listener): () => void {
    const listeners = this.#followers.get(id);
    if (listeners === undefined) {
      this.#followers.set(id, new Set([listener]));
      void this.#listenForEnd(id);
    } else {
      listeners.add(listener);
    }
    this.#arm(LOOK_MS);
    return () => this.#forget(id, listener);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#watch?.close();
    this.#followers.clear();
  }

  async #listenForEnd(id: string): Promise<void> {
    try {
      const store = await this.#store();
      if (this.#closed || !this.#followers.has(id)) return;
      this.#watch ??= store.watch((jobs) => {
        for (const { id: ended, job } of jobs) this.#tell(ended, job);
      });
      this.#watch.add([id]);
    } catch {
      // The looks go on, and find the end too.
    }
  }

  #forget(id: string, listener: Listener): void {
    const listeners = this.#followers.get(id);
    if (listeners?.delete(listener) !== true || listeners.size > 0) return;
    this.#followers.delete(id);
    this.#watch?.remove([id]);
    if (this.#followers.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    if (this.#closed || this.#followers.size === 0) return;
    this.#timer ??= this.#clock.setTimer(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const started = this.#clock.monotonic();
    const ids = [...this.#followers.keys()];
    try {
      const store = await this.#store();
      for (const chunk of stepsOf(ids, CHUNK)) {
        const jobs = await store.load(chunk);
        for (const [at, id] of chunk.entries()) this.#tell(id, jobs[at]);
      }
    } catch {
      // A store that is away is looked at again.
    }
    this.#timer = undefined;
    this.#arm(Math.max(LOOK_MS, (this.#clock.monotonic() - started) / DUTY));
  }

  #tell(id: string, job: StoredJob | undefined): void {
    for (const listener of this.#followers.get(id) ?? []) listener(job);
  }
}
