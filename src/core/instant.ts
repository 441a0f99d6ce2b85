import { ConfigurationError } from "../errors/index.ts";
import { shown } from "./shown.ts";

/** A moment: a Date, epoch milliseconds, or an ISO 8601 string with a zone. */
export type Instant = Date | number | string;

/** The latest moment a Date can hold. */
const LATEST = 8.64e15;

/**
 * Epoch milliseconds of an instant, rounded up to a whole one.
 *
 * @throws ConfigurationError when it is no valid moment
 */
export function instantMs(value: Instant, name: string): number {
  const ms = typeof value === "number" ? value : value instanceof Date ? value.getTime() : parse(value);
  if (!(Math.abs(ms) <= LATEST)) {
    throw new ConfigurationError(
      `${name} must be a Date, epoch milliseconds, or an ISO 8601 string with a zone such as "2030-01-31T09:00:00Z"; not ${shown(value)}`,
      { details: { name } },
    );
  }
  return Math.ceil(ms);
}

/** Without a zone a string would mean another moment on every machine. */
function parse(value: string): number {
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? Date.parse(value) : Number.NaN;
}
