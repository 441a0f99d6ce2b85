import { partitionOf } from "../../core/partition-of.ts";
import { ClosedError } from "../../errors/index.ts";
import type { Partition } from "./partition.ts";
import type { Loaded } from "./stored-jobs.ts";

/** All partitions of a store, from when it is open until it is closed. */
export class Partitions {
  #all: readonly Partition[] = [];
  #isClosed = false;

  open(partitions: readonly Partition[]): void {
    this.#all = partitions;
  }

  /** Nothing new is asked from now on; what is under way goes on. */
  close(): void {
    this.#isClosed = true;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws ClosedError */
  get opened(): readonly Partition[] {
    if (this.#isClosed || this.#all.length === 0) throw new ClosedError("the store is closed");
    return this.#all;
  }

  /** The same, none before it is open, and those that were there when it is closed. */
  get all(): readonly Partition[] {
    return this.#all;
  }

  /** The one that an id belongs to. */
  of(id: string): Partition {
    const partition = this.#all[partitionOf(id, this.#all.length)];
    if (partition === undefined) throw new ClosedError("the store is closed");
    return partition;
  }

  named(prefix: string): Partition | undefined {
    return this.#all.find((partition) => partition.prefix === prefix);
  }

  /** Has each partition do its share; answers are in the order given. */
  async each<I, A>(
    items: readonly I[],
    id: (item: I) => string,
    work: (partition: Partition, own: readonly I[]) => Promise<readonly A[]>,
  ): Promise<readonly A[]> {
    const [only, ...others] = this.opened;
    if (only !== undefined && others.length === 0) return work(only, items);
    const shares = Map.groupBy(items.keys(), (at) => this.of(id(items[at] as I)));
    const answers: A[] = [];
    await Promise.all(
      [...shares].map(async ([partition, places]) => {
        const own = await work(
          partition,
          places.map((at) => items[at] as I),
        );
        for (const [index, at] of places.entries()) answers[at] = own[index] as A;
      }),
    );
    return answers;
  }

  /** The same for ids. */
  eachOf<A>(
    ids: readonly string[],
    work: (partition: Partition, own: readonly string[]) => Promise<readonly A[]>,
  ): Promise<readonly A[]> {
    return this.each(ids, (id) => id, work);
  }

  /** Jobs as their partitions tell them, and the latest of these moments. */
  async loaded(
    ids: readonly string[],
    load: (partition: Partition, own: readonly string[]) => Promise<Loaded>,
  ): Promise<Loaded> {
    let now = 0;
    const jobs = await this.eachOf(ids, async (partition, own) => {
      const loaded = await load(partition, own);
      now = Math.max(now, loaded.now);
      return loaded.jobs;
    });
    return { now, jobs };
  }
}
