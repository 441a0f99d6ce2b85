import type { Watch, WatchedJob } from "../../contracts/index.ts";

type Notify = (jobs: readonly WatchedJob[]) => void;

/** Shares one set of watched ids in the thread among the watches of this process. */
export class LocalWatches {
  readonly #watchers = new Map<string, Set<Notify>>();
  readonly #tell: (notice: { watch?: readonly string[]; unwatch?: readonly string[] }) => void;

  constructor(tell: (notice: { watch?: readonly string[]; unwatch?: readonly string[] }) => void) {
    this.#tell = tell;
  }

  open(notify: Notify): Watch {
    const own = new Set<string>();
    const remove = (ids: readonly string[]): void => {
      const orphaned: string[] = [];
      for (const id of ids) {
        if (!own.delete(id)) continue;
        const watchers = this.#watchers.get(id);
        watchers?.delete(listener);
        if (watchers?.size !== 0) continue;
        this.#watchers.delete(id);
        orphaned.push(id);
      }
      if (orphaned.length > 0) this.#tell({ unwatch: orphaned });
    };
    const listener: Notify = (jobs) => {
      for (const { id } of jobs) own.delete(id);
      notify(jobs);
    };
    return {
      add: (ids) => {
        for (const id of ids) {
          own.add(id);
          const watchers = this.#watchers.get(id);
          if (watchers === undefined) this.#watchers.set(id, new Set([listener]));
          else watchers.add(listener);
        }
        // Asked for again even if watched already: it may have been reported to the others a moment ago.
        this.#tell({ watch: ids });
      },
      remove,
      close: () => remove([...own]),
    };
  }

  /** Passes on what the thread found, to each watch what it asked for. */
  report(jobs: readonly WatchedJob[]): void {
    const batches = new Map<Notify, WatchedJob[]>();
    for (const job of jobs) {
      for (const listener of this.#watchers.get(job.id) ?? []) {
        const batch = batches.get(listener);
        if (batch === undefined) batches.set(listener, [job]);
        else batch.push(job);
      }
      this.#watchers.delete(job.id);
    }
    for (const [listener, batch] of batches) listener(batch);
  }
}
