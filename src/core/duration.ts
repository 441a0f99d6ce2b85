import { ConfigurationError } from "../errors/index.ts";
import { shown } from "./shown.ts";

/** A length of time: milliseconds as a number, or a number with a unit: `"250ms"`, `"5s"`, `"1.5m"`, `"2h"`, `"7d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d" | "w"}` | (string & {});

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A hundred years: longer is a mistake in units, not a plan. */
const LONGEST_MS = 100 * 365.25 * 86_400_000;

/**
 * Milliseconds of a duration, rounded up to a whole one.
 *
 * @param name what to call it in an error, such as `timeout`
 * @throws ConfigurationError when it is negative, not a number, of an unknown unit, or longer than a hundred years
 */
export function durationMs(value: Duration, name: string): number {
  const ms = typeof value === "number" ? value : parse(value, name);
  if (!(ms >= 0 && ms <= LONGEST_MS)) {
    throw new ConfigurationError(`${name} must be between 0 and a hundred years, not ${String(value)}`, {
      details: { name, value },
    });
  }
  return Math.ceil(ms);
}

/** Like {@link durationMs}, for durations that must not be 0. */
export function positiveDurationMs(value: Duration, name: string): number {
  const ms = durationMs(value, name);
  if (ms === 0) throw new ConfigurationError(`${name} must be longer than 0`, { details: { name, value } });
  return ms;
}

/** Shortest and longest that a duration may be. */
export interface DurationBounds {
  readonly leastMs?: number;
  /** As it is to be read in an error, such as `1d`. */
  readonly most?: Duration;
}

/** Of a worker's lease. The jobs of a dead worker wait for as long, and one that lives renews it while a task runs. */
export const LEASE_BOUNDS: DurationBounds = { leastMs: 50, most: "1d" };

/** Like {@link durationMs}, for durations with bounds of their own. */
export function boundedDurationMs(value: Duration, name: string, { leastMs = 0, most }: DurationBounds): number {
  const ms = leastMs === 1 ? positiveDurationMs(value, name) : durationMs(value, name);
  const refused = (why: string): Error =>
    new ConfigurationError(`${name} must be ${why}`, { details: { name, value } });
  if (ms < leastMs) throw refused(`at least ${leastMs} ms, not ${ms}`);
  if (most !== undefined && ms > durationMs(most, "most")) throw refused(`at most ${most}, not ${value}`);
  return ms;
}

function parse(value: unknown, name: string): number {
  const match = typeof value === "string" ? /^\s*(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*$/.exec(value) : null;
  const [, amount, unit] = match ?? [];
  if (amount === undefined || unit === undefined) {
    throw new ConfigurationError(
      `${name} must be milliseconds as a number, or a number with a unit (ms, s, m, h, d, w) such as "5s"; not ${shown(value)}`,
      { details: { name } },
    );
  }
  return Number(amount) * (UNITS[unit] ?? Number.NaN);
}
