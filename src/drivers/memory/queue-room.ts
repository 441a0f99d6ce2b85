import type { Clock, Timer } from "../../contracts/index.ts";
import { BinaryHeap } from "../../internal/binary-heap.ts";
import type { MemoryRecord } from "./memory-record.ts";
import { readyOrder, TaskLane } from "./task-lane.ts";

/** Most jobs of one task that one reservation parks, so that a large backlog cannot make a single call slow. */
const PARK_LIMIT = 1_000;

/** Longest timer that Node can set; a later deadline is looked at again then. */
const LONGEST_TIMER_MS = 0x7fffffff;

/** A job that expires before its time has come is due at its expiry: a worker has to settle it. */
function dueAt(record: MemoryRecord): number {
  return Math.min(record.runAt ?? -Infinity, record.expireAt ?? Infinity);
}

/** All that waits or is leased in one queue, and those who wait for it. */
export class QueueRoom {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, TaskLane>();
  readonly #due = new BinaryHeap<MemoryRecord>((a, b) => dueAt(a) < dueAt(b));
  readonly #leased = new BinaryHeap<MemoryRecord>((a, b) => a.leaseUntil < b.leaseUntil);
  /** Jobs that were parked for their whole time: anyone may take them. */
  readonly #unclaimed = new BinaryHeap<MemoryRecord>(readyOrder);
  readonly #sleepers = new Set<() => void>();
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing waits here, is leased from here or sleeps here. */
  get idle(): boolean {
    return this.#size === 0 && this.#sleepers.size === 0;
  }

  /** Places a waiting job: with those to be run, or with those whose time has not come. */
  put(record: MemoryRecord): void {
    this.#size += 1;
    if (record.runAt !== undefined && dueAt(record) > this.#clock.now()) {
      record.place = this.#due.push(record);
      this.#arm();
    } else {
      this.#makeReady(record);
      this.wake();
    }
  }

  /** Places a job under lease. */
  hold(record: MemoryRecord, leaseMs: number): void {
    this.#size += 1;
    record.leaseMs = leaseMs;
    record.leaseUntil = this.#clock.monotonic() + leaseMs;
    record.place = this.#leased.push(record);
    this.#arm();
  }

  /** Takes a job out of wherever it is. */
  remove(record: MemoryRecord): void {
    record.place?.leave();
    record.parking?.leave();
    record.place = undefined;
    record.parking = undefined;
    this.#size -= 1;
  }

  /** Queues what is due by now. Returns those jobs. */
  makeDue(): MemoryRecord[] {
    const now = this.#clock.now();
    const made: MemoryRecord[] = [];
    for (let record = this.#due.peek(); record !== undefined && dueAt(record) <= now; record = this.#due.peek()) {
      this.#due.pop();
      this.#makeReady(record);
      made.push(record);
    }
    return made;
  }

  /** The lease that lapses next, if it has lapsed. */
  lapsed(): MemoryRecord | undefined {
    const record = this.#leased.peek();
    return record !== undefined && record.leaseUntil <= this.#clock.monotonic() ? record : undefined;
  }

  /** Whether a lease lapsed so long ago that whoever should have noticed must have been kept from it. */
  lapsedLongAgo(): boolean {
    const record = this.#leased.peek();
    return record !== undefined && this.#clock.monotonic() - record.leaseUntil > record.leaseMs / 4;
  }

  /** Parks jobs of tasks that are not known, unparks those that are, and takes up to `limit` jobs out in order. */
  take(
    tasks: ReadonlySet<string>,
    limit: number,
    parkMs: number,
  ): { taken: MemoryRecord[]; parked: Map<string, number> } {
    const parked = new Map<string, number>();
    const lanes: TaskLane[] = [];
    const monotonic = this.#clock.monotonic();
    for (const [task, lane] of this.#lanes) {
      if (lane.empty) {
        this.#lanes.delete(task);
      } else if (tasks.has(task)) {
        lane.unpark();
        lanes.push(lane);
      } else {
        const count = lane.park(PARK_LIMIT, monotonic + parkMs);
        if (count > 0) parked.set(task, count);
        this.#takeUnclaimed(lane, monotonic);
      }
    }
    const taken: MemoryRecord[] = [];
    while (taken.length < limit) {
      let first = this.#unclaimed.peek();
      for (const lane of lanes) {
        const head = lane.head();
        if (head !== undefined && (first === undefined || readyOrder(head, first))) first = head;
      }
      if (first === undefined) break;
      this.remove(first);
      taken.push(first);
    }
    if (parked.size > 0) this.#arm();
    return { taken, parked };
  }

  /** Whether a reservation may find something, or park something. */
  offers(tasks: ReadonlySet<string>): boolean {
    if (this.#unclaimed.size > 0 || this.#nextDelayMs() <= 0) return true;
    for (const [task, lane] of this.#lanes) {
      if (lane.readyCount > 0 || (tasks.has(task) && !lane.empty)) return true;
    }
    return false;
  }

  /** Calls `wake` at the next moment at which a reservation may find something more than now. Returns how to stop. */
  sleep(wake: () => void): () => void {
    this.#sleepers.add(wake);
    this.#arm();
    return () => {
      this.#sleepers.delete(wake);
      if (this.#sleepers.size === 0) this.#disarm();
    };
  }

  /** Wakes everybody who sleeps here. */
  wake(): void {
    for (const wake of this.#sleepers) wake();
  }

  #makeReady(record: MemoryRecord): void {
    record.state = "queued";
    record.runAt = undefined;
    let lane = this.#lanes.get(record.task);
    if (lane === undefined) {
      lane = new TaskLane();
      this.#lanes.set(record.task, lane);
    }
    lane.add(record);
  }

  #takeUnclaimed(lane: TaskLane, monotonic: number): void {
    for (;;) {
      const record = lane.takeUnclaimed(monotonic);
      if (record === undefined) return;
      record.place = this.#unclaimed.push(record);
    }
  }

  /** Milliseconds to the next deadline of any kind; not positive where one is past. */
  #nextDelayMs(): number {
    const due = this.#due.peek();
    let delayMs = due === undefined ? Infinity : dueAt(due) - this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const leased = this.#leased.peek();
    if (leased !== undefined) delayMs = Math.min(delayMs, leased.leaseUntil - monotonic);
    for (const lane of this.#lanes.values()) delayMs = Math.min(delayMs, lane.nextParkEnd - monotonic);
    return delayMs;
  }

  /** Sets the one timer of this queue, if anyone sleeps. A deadline that moved away leaves an early wake behind: cheap. */
  #arm(): void {
    if (this.#sleepers.size === 0) return;
    const delayMs = Math.max(this.#nextDelayMs(), 0);
    if (delayMs === Infinity) return;
    const at = this.#clock.monotonic() + delayMs;
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    this.#disarm();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimer(Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS), () => {
      this.#disarm();
      if (this.#nextDelayMs() <= 0) this.wake();
      else this.#arm();
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }
}
