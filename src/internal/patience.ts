import { MillraceError } from "../errors/index.ts";
import { KeepAlive } from "./keep-alive.ts";

/** The part of a clock that waiting needs. */
interface Time {
  monotonic(): number;
  setTimer(delayMs: number, wake: () => void): { cancel(): void };
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

const keepAlive = new KeepAlive();

/** Whether the very same call may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof MillraceError && error.retryable;
}

/** Milliseconds to pause before try number `tries` + 1: doubling, capped, with jitter so that many do not come at once. */
export function pauseMs(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}

/** Waits. Somebody awaits what comes after, so the process lives on until then, though a clock's timer would let it end. */
export async function pause(time: Time, ms: number): Promise<void> {
  keepAlive.hold();
  await new Promise<void>((resolve) => {
    time.setTimer(ms, resolve);
  });
  keepAlive.release();
}

/** Repeats `work` while it fails for reasons that pass, until `limitMs` are over; then rejects with its last error. */
export async function patiently<T>(time: Time, limitMs: number, work: () => Promise<T>): Promise<T> {
  const until = time.monotonic() + limitMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const wait = pauseMs(tries);
      if (!isTransient(error) || time.monotonic() + wait > until) throw error;
      await pause(time, wait);
    }
  }
}
