const SEGMENT = 1_024;

interface Segment<T> {
  readonly items: (T | undefined)[];
  next: Segment<T> | undefined;
}

/**
 * First in, first out, in segments: adding and taking are O(1) whatever its length, nothing is ever copied to make room,
 * and what has been taken takes no memory.
 */
export class Fifo<T extends object> {
  #first: Segment<T> = { items: [], next: undefined };
  #last: Segment<T> = this.#first;
  /** Position of the oldest in the first segment. */
  #at = 0;
  /** What was put before the oldest, the next one last. */
  readonly #front: T[] = [];

  push(item: T): void {
    if (this.#last.items.length === SEGMENT) {
      this.#last.next = { items: [], next: undefined };
      this.#last = this.#last.next;
    }
    this.#last.items.push(item);
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    this.#front.push(item);
  }

  take(): T | undefined {
    return this.#front.pop() ?? this.#takeOldest();
  }

  /** All items, oldest first. */
  *[Symbol.iterator](): Generator<T> {
    yield* this.#front.toReversed();
    let from = this.#at;
    for (let segment: Segment<T> | undefined = this.#first; segment !== undefined; segment = segment.next) {
      for (const item of segment.items.slice(from)) if (item !== undefined) yield item;
      from = 0;
    }
  }

  #takeOldest(): T | undefined {
    const { items } = this.#first;
    if (this.#at === items.length) return undefined;
    const item = items[this.#at];
    items[this.#at] = undefined;
    this.#at += 1;
    if (this.#at === items.length) this.#leaveSegment();
    return item;
  }

  /** The first segment is empty: the next one takes its place, or it is used anew. */
  #leaveSegment(): void {
    this.#at = 0;
    if (this.#first.next === undefined) this.#first.items.length = 0;
    else this.#first = this.#first.next;
  }
}
