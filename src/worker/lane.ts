import type { Lease } from "../contracts/index.ts";
import { Fifo } from "../internal/fifo.ts";
import type { QueuePlan } from "./worker-options.ts";

/** A reserved job that has no slot yet. */
export interface Reserved {
  readonly lease: Lease;
  /** `monotonic` of this process when it came. */
  readonly receivedAt: number;
}

/** The most leases of one queue in one exchange. With more, the store and the worker would wait for each other in turn. */
const MOST_AT_ONCE = 100;
/** Windows shorter than this say little about the pace: the jobs of one reservation may all end in one turn. */
const SHORTEST_WINDOW_MS = 5;

/** One queue's side of a worker: its slots, its pacing, what is reserved ahead, and how fast it goes. */
export class Lane {
  readonly queue: string;
  /** At least so long between two starts; 0: no pacing. */
  readonly minIntervalMs: number;
  readonly #aheadMs: number;
  /** The queue's lane before it was stopped and started again, whose last jobs still have their slots. */
  readonly #earlier: Lane | undefined;
  concurrency: number;
  /** Slots that its jobs have taken. */
  running = 0;
  /** Leases asked for in exchanges under way. */
  requested = 0;
  /** The last reservation came back with less than it asked for: nothing more until the store says so. */
  dry = false;
  /** Paced, and its last start is too recent for another one. */
  resting = false;
  /** Takes nothing more once this is set. */
  stopped = false;
  /** Reserved jobs that wait for a slot. */
  buffered = 0;
  #reserved = new Fifo<Reserved>();
  #pace = 0;
  #finished = 0;
  #windowFrom: number;

  constructor(queue: string, { concurrency, minIntervalMs }: QueuePlan, aheadMs: number, now: number, earlier?: Lane) {
    this.queue = queue;
    // Only who has slots, or rests, is remembered, so that the line of earlier ones does not grow.
    this.#earlier = earlier?.running === 0 && !earlier.resting ? earlier.#earlier : earlier;
    this.concurrency = concurrency;
    this.minIntervalMs = minIntervalMs;
    this.#aheadMs = aheadMs;
    this.#windowFrom = now;
  }

  /** Slots of the queue that are taken, by this lane's jobs or by those that began before it. */
  get taken(): number {
    return this.running + (this.#earlier?.taken ?? 0);
  }

  /** Whether the last start on the queue, by this lane or one before it, is too recent for another one. */
  get isResting(): boolean {
    return this.resting || this.#earlier?.isResting === true;
  }

  /** Whether a job may start now: a slot is free, and the pacing allows it. */
  get hasRoom(): boolean {
    return this.taken < this.concurrency && !this.isResting;
  }

  /** Whether slots stand empty with nothing on its way to them. */
  get isStarving(): boolean {
    return !this.stopped && !this.dry && this.hasRoom && this.buffered + this.requested === 0;
  }

  /**
   * How many more jobs to reserve: enough for the free slots, and for those that will be free within `reserveAhead` at the
   * measured pace. Asks only once a third of that is used up, so that exchanges stay few, and yet one is on its way while
   * the jobs of another run. A paced queue takes one job at a time, when it may start: others must not wait for their turn
   * in this worker.
   */
  want(): number {
    if (this.stopped || this.dry) return 0;
    if (this.minIntervalMs > 0) return this.hasRoom && this.buffered + this.requested === 0 ? 1 : 0;
    const ahead = Math.floor(this.#pace * this.#aheadMs);
    const coming = this.buffered + this.requested;
    const free = this.concurrency - this.taken;
    if (free - coming <= 0 && coming > ahead - Math.min(MOST_AT_ONCE, ahead / 3)) return 0;
    return Math.max(0, Math.min(MOST_AT_ONCE, free + ahead - coming));
  }

  put(leases: readonly Reserved[]): void {
    for (const reserved of leases) this.#reserved.push(reserved);
    this.buffered += leases.length;
  }

  take(): Reserved | undefined {
    const reserved = this.#reserved.take();
    if (reserved !== undefined) this.buffered -= 1;
    return reserved;
  }

  /** Takes out the one with this lease, if it waits for a slot. */
  takeOut(id: string, lease: number): Reserved | undefined {
    let out: Reserved | undefined;
    const others = new Fifo<Reserved>();
    for (const reserved of this.#reserved) {
      if (reserved.lease.id === id && reserved.lease.lease === lease) out = reserved;
      else others.push(reserved);
    }
    if (out === undefined) return undefined;
    this.#reserved = others;
    this.buffered -= 1;
    return out;
  }

  /** Takes out everything that waits for a slot since before `receivedBefore`. */
  takeStale(receivedBefore: number): Reserved[] {
    const stale: Reserved[] = [];
    for (const reserved of this.#reserved) {
      if (stale.length === 0 && reserved.receivedAt >= receivedBefore) return [];
      stale.push(reserved);
    }
    if (stale.length === 0) return [];
    this.#reserved = new Fifo();
    this.buffered = 0;
    // What was measured no longer holds.
    this.#pace = 0;
    return stale;
  }

  finishedOne(): void {
    this.#finished += 1;
  }

  /** Brings the pace up to date: jobs finished per millisecond, the newest window counting half. */
  measure(now: number): void {
    const elapsed = now - this.#windowFrom;
    if (elapsed < SHORTEST_WINDOW_MS) return;
    this.#pace = (this.#pace + this.#finished / elapsed) / 2;
    this.#finished = 0;
    this.#windowFrom = now;
  }
}
