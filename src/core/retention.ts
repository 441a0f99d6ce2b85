import { ConfigurationError } from "../errors/index.ts";
import { type Duration, durationMs } from "./duration.ts";

/** How long: a duration from the job's end, for ever, or not at all (the same as 0). */
export type RetentionTime = Duration | "forever" | "none";

/**
 * How long a finished job is kept.
 *
 * One time for both, or status and result apart. The record lives for the longer of the two, since a result is read from
 * its record; the value goes when its own time is over. Failed jobs are dead letters and stay until they are removed.
 */
export type Retention = RetentionTime | { readonly status?: RetentionTime; readonly result?: RetentionTime };

/** Retention in its stored form: milliseconds, `null` for ever; what is absent was not given. */
export interface RetentionPlan {
  readonly statusMs?: number | null;
  readonly resultMs?: number | null;
}

/** One day for both. */
export const DEFAULT_RETENTION: Required<RetentionPlan> = { statusMs: 86_400_000, resultMs: 86_400_000 };

/** @throws ConfigurationError */
export function retentionPlan(retention: Retention): RetentionPlan {
  if (typeof retention !== "object" || retention === null) {
    const ms = timeMs(retention, "retention");
    return { statusMs: ms, resultMs: ms };
  }
  for (const key of Object.keys(retention)) {
    if (key !== "status" && key !== "result") {
      throw new ConfigurationError(`retention has no "${key}"; it is { status, result } or one time for both`);
    }
  }
  return {
    ...(retention.status === undefined ? {} : { statusMs: timeMs(retention.status, "retention.status") }),
    ...(retention.result === undefined ? {} : { resultMs: timeMs(retention.result, "retention.result") }),
  };
}

/** What a store is told: the record's life, and the value's within it. */
export function keepOf(plan: Required<RetentionPlan>): { recordMs: number | null; resultMs: number | null } {
  const { statusMs, resultMs } = plan;
  const recordMs = statusMs === null || resultMs === null ? null : Math.max(statusMs, resultMs);
  return { recordMs, resultMs };
}

function timeMs(time: RetentionTime, name: string): number | null {
  if (time === "forever") return null;
  if (time === "none") return 0;
  return durationMs(time, name);
}
