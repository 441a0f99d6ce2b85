import { type Duration, type JobRecord, positiveDurationMs } from "../core/index.ts";
import { JobUnknownError, ResultTimeoutError } from "../errors/index.ts";
import type { Desk } from "./desk.ts";
import { refused } from "./refused.ts";
import type { Call } from "./route.ts";
import { visibleTo } from "./visible.ts";

/** Longer waits are made of several, so that no connection stands open in silence. */
const LONGEST_MS = 60_000;

/**
 * How long a request says to wait, in milliseconds. Digits alone are milliseconds.
 *
 * @throws ConfigurationError, RequestInvalidError
 */
export function waitMs(wait: Duration): number {
  const ms = positiveDurationMs(typeof wait === "string" && /^\d+$/.test(wait) ? Number(wait) : wait, "wait");
  if (ms > LONGEST_MS) throw refused(400, "a request waits at most 60 s; make another one to go on waiting");
  return ms;
}

/** The job once it is final, or as it is when the time is over or the gateway closes; `undefined` for an unknown one. */
export async function jobAfter(
  id: string,
  wait: string | undefined,
  call: Pick<Call, "caller" | "signal">,
  desk: Desk,
): Promise<JobRecord | undefined> {
  if (wait === undefined) return desk.client.get(id);
  const timeout = waitMs(wait);
  // How long a job takes that this caller cannot see would tell that it exists, and when it ends.
  if (call.caller.queues !== undefined && visibleTo(call.caller, await desk.client.get(id)) === undefined) return;
  const release = desk.streams.take();
  const over = new AbortController();
  const end = (): void => over.abort();
  const gone = call.signal();
  gone.addEventListener("abort", end, { once: true });
  desk.closing.addEventListener("abort", end, { once: true });
  if (gone.aborted || desk.closing.aborted) end();
  try {
    return await desk.client.job(id).wait({ timeout, signal: over.signal });
  } catch (error) {
    if (error instanceof JobUnknownError) return undefined;
    if (!(error instanceof ResultTimeoutError) && !over.signal.aborted) throw error;
    return await desk.client.get(id);
  } finally {
    gone.removeEventListener("abort", end);
    desk.closing.removeEventListener("abort", end);
    release();
  }
}
