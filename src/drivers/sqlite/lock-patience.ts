import { isBusy } from "./sqlite-error.ts";

/** How long a process tries to get a lock that another one holds. */
const PATIENCE_MS = 10_000;

const sleeping = new Int32Array(new SharedArrayBuffer(4));

/**
 * Tries again while another process holds the lock, after drawn pauses of up to 2 ms. SQLite's own busy handler waits up to
 * 100 ms at a time, which makes the unlucky process of many wait for seconds. `whileWaiting` is called before each pause.
 */
export function despiteLocks<T>(step: () => T, whileWaiting: () => void = () => undefined): T {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      whileWaiting();
      Atomics.wait(sleeping, 0, 0, 0.1 + Math.random() * 2);
    }
  }
}
