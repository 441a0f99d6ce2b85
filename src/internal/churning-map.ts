/** So many leave, at the least, before the others move. */
const WORN = 32;

/**
 * A Map whose entries come and go all the time. V8 makes a Map a new table once deletions have filled the one it has, and
 * links the old table to the new one. As soon as one table has grown old, the collector of young objects takes all later
 * tables, and every entry that was there when they were left, for alive: a third of what a worker allocates, copied again
 * and again. So from time to time the entries move to a Map that no other is linked to.
 */
export class ChurningMap<K, V> {
  #map = new Map<K, V>();
  #deleted = 0;

  get size(): number {
    return this.#map.size;
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  /** Whether there was one. */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deleted += 1;
    if (this.#deleted > Math.max(WORN, this.#map.size)) {
      this.#map = new Map(this.#map);
      this.#deleted = 0;
    }
    return true;
  }

  clear(): void {
    this.#map = new Map();
    this.#deleted = 0;
  }

  // In the order in which the keys came. What comes or goes meanwhile may be shown, or not.

  keys(): Iterable<K> {
    return this.#map.keys();
  }

  values(): Iterable<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }
}
