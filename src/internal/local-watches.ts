import { ChurningMap } from "./churning-map.ts";

/** Something that can be watched for, by its id. */
interface Named {
  readonly id: string;
}

type Notify<T> = (found: readonly T[]) => void;

/** A set of ids under watch. */
interface Watch {
  add(ids: readonly string[]): void;
  remove(ids: readonly string[]): void;
  close(): void;
}

/** Shares one set of watched ids among the watches of this process. */
export class LocalWatches<T extends Named> {
  readonly #watchers = new ChurningMap<string, Set<Notify<T>>>();
  readonly #tell: (notice: { watch?: readonly string[]; unwatch?: readonly string[] }) => void;

  constructor(tell: (notice: { watch?: readonly string[]; unwatch?: readonly string[] }) => void) {
    this.#tell = tell;
  }

  open(notify: Notify<T>): Watch {
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
    const listener: Notify<T> = (found) => {
      for (const { id } of found) own.delete(id);
      notify(found);
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

  /** Passes on what was found, to each watch what it asked for. */
  report(found: readonly T[]): void {
    const batches = new Map<Notify<T>, T[]>();
    for (const each of found) {
      for (const listener of this.#watchers.get(each.id) ?? []) {
        const batch = batches.get(listener);
        if (batch === undefined) batches.set(listener, [each]);
        else batch.push(each);
      }
      this.#watchers.delete(each.id);
    }
    for (const [listener, batch] of batches) listener(batch);
  }
}
