import type { Clock, Timer } from "../contracts/clock.ts";

interface PendingTimer {
  readonly at: number;
  readonly wake: () => void;
}

/** The instant at which every fake clock starts: 2030-01-01T00:00:00Z. */
const START = Date.UTC(2030, 0, 1);

/** A clock that stands still until it is told to go on, so that a test holds time in its hand. */
export class FakeClock implements Clock {
  #wall = START;
  #elapsed = 0;
  readonly #timers = new Set<PendingTimer>();

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimer(delayMs: number, wake: () => void): Timer {
    // Whole milliseconds: fractions would add up to a moment just before the one that was meant.
    const timer: PendingTimer = { at: this.#elapsed + Math.max(0, Math.ceil(delayMs)), wake };
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
      },
    };
  }

  /** How many timers are set and have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets `ms` milliseconds pass: timers fire in order, and what each of them starts gets a turn before the next fires. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await turn();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#pass(timer.at - this.#elapsed);
      timer.wake();
      await turn();
    }
    this.#pass(end - this.#elapsed);
    await turn();
  }

  /** Sets the wall clock to `epochMs`, as an administrator would: what is measured from one moment to another goes on. */
  set(epochMs: number): void {
    this.#wall = epochMs;
  }

  #pass(ms: number): void {
    // Two overlapping calls of `advance` may each have gone past the other's end; time never runs backwards.
    const step = Math.max(0, ms);
    this.#elapsed += step;
    this.#wall += step;
  }

  #next(end: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    // A set keeps the order of insertion, so of two timers for the same moment the older fires first.
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }
}

/** A macrotask: every promise continuation that is ready, and those they make ready, run before it ends. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
