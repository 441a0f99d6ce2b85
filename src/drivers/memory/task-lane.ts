import { BinaryHeap } from "../../internal/binary-heap.ts";
import type { MemoryRecord } from "./memory-record.ts";

/** The order in which waiting jobs of one queue are reserved. */
export function readyOrder(a: MemoryRecord, b: MemoryRecord): boolean {
  return a.priority === b.priority ? a.sequence < b.sequence : a.priority > b.priority;
}

function parkOrder(a: MemoryRecord, b: MemoryRecord): boolean {
  return a.parkUntil < b.parkUntil;
}

/**
 * Jobs of one task that wait in one queue.
 *
 * A lane for each task, so that a worker never has to step over the jobs of tasks it does not know.
 */
export class TaskLane {
  #ready = new BinaryHeap<MemoryRecord>(readyOrder);
  #parked = new BinaryHeap<MemoryRecord>(readyOrder);
  #parkEnds = new BinaryHeap<MemoryRecord>(parkOrder);

  get readyCount(): number {
    return this.#ready.size;
  }

  get empty(): boolean {
    return this.#ready.size + this.#parked.size === 0;
  }

  get nextParkEnd(): number {
    return this.#parkEnds.peek()?.parkUntil ?? Infinity;
  }

  add(record: MemoryRecord): void {
    record.place = this.#ready.push(record);
  }

  /** The next job that is not parked. */
  head(): MemoryRecord | undefined {
    return this.#ready.peek();
  }

  /** Parks up to `limit` jobs. Returns how many. */
  park(limit: number, until: number): number {
    let count = 0;
    while (count < limit) {
      const record = this.#ready.pop();
      if (record === undefined) break;
      record.parkUntil = until;
      record.place = this.#parked.push(record);
      record.parking = this.#parkEnds.push(record);
      count += 1;
    }
    return count;
  }

  /** Unparks all: the smaller heap moves into the larger, which is mostly the empty one into the other. */
  unpark(): void {
    if (this.#parked.size === 0) return;
    const [large, small] =
      this.#parked.size > this.#ready.size ? [this.#parked, this.#ready] : [this.#ready, this.#parked];
    for (const record of small) record.place = large.push(record);
    this.#ready = large;
    this.#parked = new BinaryHeap(readyOrder);
    this.#parkEnds = new BinaryHeap(parkOrder);
  }

  /** Takes out the next job that was parked until `monotonic` or earlier. */
  takeUnclaimed(monotonic: number): MemoryRecord | undefined {
    if (this.nextParkEnd > monotonic) return undefined;
    const record = this.#parkEnds.pop();
    record?.place?.leave();
    return record;
  }
}
