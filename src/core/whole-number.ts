import { ConfigurationError } from "../errors/index.ts";
import { shown } from "./shown.ts";

/**
 * Checks that an option is a whole number within bounds, both included.
 *
 * @throws ConfigurationError
 */
export function wholeNumber(value: unknown, name: string, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigurationError(`${name} must be a whole number from ${least} to ${most}, not ${shown(value)}`, {
    details: { name },
  });
}
