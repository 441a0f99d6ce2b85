import type { WaitRequest } from "../../contracts/index.ts";
import { isTransient, pauseMs } from "../../internal/patience.ts";
import type { Sleepers } from "./sleepers.ts";

/** A sleeper looks again after this long, so that a word that was lost costs no more. */
const LOOK_MS = 5_000;
/** The same where no word can be heard. */
const DEAF_LOOK_MS = 1_000;
/** It is told things for a little longer than it sleeps. */
const MARGIN_MS = 1_000;
/** For how long a process is told things once it sleeps. */
export const SLEEP_MS: number = LOOK_MS + MARGIN_MS;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface WaitLines {
  /** Resolves with true when everything that is said from now on is heard; with false when that cannot be had soon. */
  readonly listen: () => Promise<boolean>;
  /** In how many milliseconds something is due: 0 for now, -1 for never; puts this process to sleep on the queues if not now. */
  readonly look: () => Promise<number>;
  /** Takes this process off the sleepers of the queues. */
  readonly rise: () => Promise<unknown>;
}

/** Waits until a reservation may find something; see `Broker.wait`. A failure that may pass is waited out. */
export async function waitForJobs(request: WaitRequest, sleepers: Sleepers, lines: WaitLines): Promise<void> {
  const { queues, maxMs, signal } = request;
  const until = performance.now() + maxMs;
  for (let failures = 0; ;) {
    const leftMs = until - performance.now();
    if (signal.aborted || leftMs <= 0) break;
    const sleep = sleepers.sleep(queues);
    signal.addEventListener("abort", sleep.end, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const endAfter = (ms: number): void => {
      timer = setTimeout(sleep.end, Math.min(ms, leftMs, LONGEST_TIMER_MS));
    };
    try {
      const restMs = (await lines.listen()) ? LOOK_MS : DEAF_LOOK_MS;
      const dueMs = await lines.look();
      failures = 0;
      if (dueMs === 0) return;
      const isSoon = dueMs !== -1 && dueMs <= restMs;
      endAfter(isSoon ? dueMs : restMs);
      const woken = await sleep.over;
      if (woken) return;
      if (isSoon && leftMs > dueMs && !signal.aborted) return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      failures += 1;
      endAfter(pauseMs(failures));
      await sleep.over;
    } finally {
      clearTimeout(timer);
      sleep.end();
      signal.removeEventListener("abort", sleep.end);
    }
  }
  // Before its caller goes to sleep again, or it would end that sleep.
  await lines.rise().catch(() => undefined);
}
