/** One item's seat in a heap, by which it can leave from anywhere in it. */
export interface HeapEntry<T> {
  readonly item: T;
  /** Takes the item out of its heap, in O(log n). Does nothing if it is out already. */
  leave(): void;
}

class Seat<T> implements HeapEntry<T> {
  readonly item: T;
  /** Position in the heap's array; -1 once out. */
  index: number;
  readonly #remove: (seat: Seat<T>) => void;

  constructor(item: T, index: number, remove: (seat: Seat<T>) => void) {
    this.item = item;
    this.index = index;
    this.#remove = remove;
  }

  leave(): void {
    this.#remove(this);
  }
}

/** A priority queue: smallest first by `before`, push, pop and removal from the middle in O(log n). */
export class BinaryHeap<T> {
  readonly #before: (a: T, b: T) => boolean;
  readonly #seats: Seat<T>[] = [];

  /** `before` must give a strict order that does not change for an item while it is in the heap. */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#seats.length;
  }

  peek(): T | undefined {
    return this.#seats[0]?.item;
  }

  push(item: T): HeapEntry<T> {
    const seat = new Seat(item, this.#seats.length, this.#remove);
    this.#seats.push(seat);
    this.#rise(seat);
    return seat;
  }

  pop(): T | undefined {
    const first = this.#seats[0];
    if (first === undefined) return undefined;
    this.#remove(first);
    return first.item;
  }

  /** The items in no particular order. */
  *[Symbol.iterator](): Generator<T> {
    for (const seat of this.#seats) yield seat.item;
  }

  /** One function for all seats: a heap may hold hundreds of thousands. */
  readonly #remove = (seat: Seat<T>): void => {
    const index = seat.index;
    if (index < 0) return;
    seat.index = -1;
    const last = this.#seats.pop();
    if (last === undefined || last === seat) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  };

  #rise(seat: Seat<T>): void {
    let index = seat.index;
    while (index > 0) {
      const above = this.#seats[(index - 1) >> 1];
      if (above === undefined || !this.#before(seat.item, above.item)) break;
      const next = above.index;
      this.#put(above, index);
      index = next;
    }
    this.#put(seat, index);
  }

  #sink(seat: Seat<T>): void {
    let index = seat.index;
    for (;;) {
      const left = this.#seats[2 * index + 1];
      if (left === undefined) break;
      const right = this.#seats[2 * index + 2];
      const child = right !== undefined && this.#before(right.item, left.item) ? right : left;
      if (!this.#before(child.item, seat.item)) break;
      const next = child.index;
      this.#put(child, index);
      index = next;
    }
    this.#put(seat, index);
  }

  #put(seat: Seat<T>, index: number): void {
    this.#seats[index] = seat;
    seat.index = index;
  }
}
