import type { Clock, Timer } from "../contracts/clock.ts";
import { BinaryHeap, type HeapEntry } from "../internal/binary-heap.ts";
import { KeepAlive } from "../internal/keep-alive.ts";

/** Something that is to happen at a time, and may be called off. */
export interface Alarm {
  cancel(): void;
}

/** One alarm: as hundreds of thousands of jobs may be in backoff, it is one object and its seat in the heap. */
class SetAlarm implements Alarm {
  readonly at: number;
  /** Of two for the same moment, the older goes first. */
  readonly order: number;
  readonly #wake: (subject: unknown) => void;
  readonly #subject: unknown;
  readonly #cancel: (alarm: SetAlarm) => void;
  seat: HeapEntry<SetAlarm> | undefined;

  constructor(
    at: number,
    order: number,
    wake: (subject: unknown) => void,
    subject: unknown,
    cancel: (alarm: SetAlarm) => void,
  ) {
    this.at = at;
    this.order = order;
    this.#wake = wake;
    this.#subject = subject;
    this.#cancel = cancel;
  }

  ring(): void {
    this.#wake(this.#subject);
  }

  cancel(): void {
    this.#cancel(this);
  }
}

/**
 * Everything in a pool that waits for time, on one timer of the clock: setting and cancelling an alarm is O(log n). The
 * process stays alive while one is set, since a job in backoff has been accepted.
 */
export class Alarms {
  readonly #clock: Clock;
  readonly #heap = new BinaryHeap<SetAlarm>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  readonly #alive = new KeepAlive();
  #order = 0;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `wake(subject)` once, not before `delayMs` have passed; never from within this call. */
  set(delayMs: number, wake: () => void): Alarm;
  set<T>(delayMs: number, wake: (subject: T) => void, subject: T): Alarm;
  set(delayMs: number, wake: (subject: unknown) => void, subject?: unknown): Alarm {
    if (this.#heap.size === 0) this.#alive.hold();
    const at = this.#clock.monotonic() + delayMs;
    const alarm = new SetAlarm(at, (this.#order += 1), wake, subject, this.#cancel);
    alarm.seat = this.#heap.push(alarm);
    if (at < this.#timerAt) this.#arm(at, delayMs);
    return alarm;
  }

  readonly #cancel = ({ seat }: SetAlarm): void => {
    if (this.#heap.size === 0) return;
    seat?.leave();
    // The timer stays as it is: to set it anew for each attempt that ends in time would cost more than one idle wake.
    if (this.#heap.size === 0) this.#alive.release();
  };

  #arm(at: number, delayMs: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimer(delayMs, () => this.#ring());
  }

  #ring(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    for (let next = this.#heap.peek(); next !== undefined && next.at <= now; next = this.#heap.peek()) {
      this.#heap.pop();
      if (this.#heap.size === 0) this.#alive.release();
      next.ring();
    }
    const next = this.#heap.peek();
    if (next !== undefined && next.at < this.#timerAt) this.#arm(next.at, next.at - now);
  }
}
