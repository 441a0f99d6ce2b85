/** A timer that was set. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from, so that tests can hold it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some fixed moment, never running backwards; fractional. */
  monotonic(): number;
  /** Calls `wake` once, not before `delayMs` have passed. The timer does not keep the process alive. */
  setTimer(delayMs: number, wake: () => void): Timer;
}
