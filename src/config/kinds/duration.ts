import { type Duration, type DurationBounds, boundedDurationMs } from "../../core/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { numberOrText } from "./number-or-text.ts";

/** What the schemas of values with durations in them share. */
export const DURATION_SCHEMA: Readonly<Record<string, unknown>> = {
  type: ["integer", "string"],
  minimum: 0,
  pattern: String.raw`^\s*\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*$`,
};

/** A length of time: milliseconds, or a number with a unit. Kept as it was written. */
export function duration(bounds: DurationBounds = {}): SettingKind<Duration> {
  return {
    schema: DURATION_SCHEMA,
    fromText: numberOrText,
    check(value, name) {
      boundedDurationMs(value as Duration, name, bounds);
      return value as Duration;
    },
  };
}
