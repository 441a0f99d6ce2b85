import type { Inspection, ListPage, ListQuery, QueueCount, StoredJob } from "../../contracts/index.ts";
import { list } from "./listing.ts";
import type { Partitions } from "./partitions.ts";

/** What can be asked of all jobs of a store, over its partitions. */
export class RedisInspection implements Inspection {
  readonly #partitions: Partitions;

  constructor(partitions: Partitions) {
    this.#partitions = partitions;
  }

  async list(query: ListQuery): Promise<ListPage> {
    return list(this.#partitions.opened, query);
  }

  async counts(): Promise<readonly QueueCount[]> {
    const sums = new Map<string, QueueCount>();
    for (const { records } of this.#partitions.opened) {
      for (const { queue, state, count } of await records.counts()) {
        const key = `${state} ${queue}`;
        sums.set(key, { queue, state, count: count + (sums.get(key)?.count ?? 0) });
      }
    }
    return [...sums.values()];
  }

  replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return this.#partitions.eachOf(ids, ({ records }, own) => records.replay(own));
  }

  async removeDead(ids: readonly string[] | undefined, limit: number): Promise<number> {
    if (ids !== undefined) {
      const removed = await this.#partitions.eachOf(ids, async ({ records }, own) => {
        const count = await records.removeDead(own, limit);
        return own.map((_, at) => (at < count ? 1 : 0));
      });
      return removed.reduce((sum: number, one) => sum + one, 0);
    }
    let removed = 0;
    for (const { records } of this.#partitions.opened) {
      if (removed < limit) removed += await records.removeDead(undefined, limit - removed);
    }
    return removed;
  }
}
