import type { Watch, WatchedJob } from "../../contracts/index.ts";

/** Who watches which job. */
export class WatchBoard {
  readonly #watchers = new Map<string, Set<(id: string) => void>>();
  readonly #read: (id: string) => WatchedJob;
  readonly #settled: (id: string) => boolean;
  readonly #changed: () => void;

  /**
   * `read` gives what a watcher is told of a job; `settled` whether it needs no more watching; `changed` is called when
   * the first watcher comes and when the last one goes.
   */
  constructor(read: (id: string) => WatchedJob, settled: (id: string) => boolean, changed: () => void) {
    this.#read = read;
    this.#settled = settled;
    this.#changed = changed;
  }

  get empty(): boolean {
    return this.#watchers.size === 0;
  }

  /** Tells the job's watchers, soon, that it needs no more watching. */
  report(id: string): void {
    for (const tell of this.#watchers.get(id) ?? []) tell(id);
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    const watched = new Set<string>();
    const reported = new Set<string>();
    // What happens in one tick is told in one batch, and never from inside the call that caused it.
    const tell = (id: string): void => {
      reported.add(id);
      if (reported.size === 1) queueMicrotask(flush);
    };
    const flush = (): void => {
      const ids = [...reported].filter((id) => watched.has(id));
      reported.clear();
      for (const id of ids) drop(id);
      if (ids.length > 0) notify(ids.map((id) => this.#read(id)));
    };
    const drop = (id: string): void => {
      if (!watched.delete(id)) return;
      const tells = this.#watchers.get(id);
      tells?.delete(tell);
      if (tells?.size === 0) this.#watchers.delete(id);
      if (this.empty) this.#changed();
    };
    let closed = false;
    return {
      add: (ids) => {
        if (closed) return;
        const first = this.empty;
        for (const id of ids) {
          watched.add(id);
          const tells = this.#watchers.get(id) ?? new Set();
          this.#watchers.set(id, tells.add(tell));
          if (this.#settled(id)) tell(id);
        }
        if (first && !this.empty) this.#changed();
      },
      remove: (ids) => {
        for (const id of ids) drop(id);
      },
      close: () => {
        closed = true;
        for (const id of watched) drop(id);
      },
    };
  }
}
