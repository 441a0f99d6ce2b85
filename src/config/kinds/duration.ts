import { type Duration, durationMs } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { numberOrText } from "./number-or-text.ts";

/** What the schemas of values with durations in them share. */
export const DURATION_SCHEMA: Readonly<Record<string, unknown>> = {
  type: ["integer", "string"],
  minimum: 0,
  pattern: String.raw`^\s*\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*$`,
};

/** A length of time: milliseconds, or a number with a unit. Kept as it was written. */
export function duration(leastMs = 0): SettingKind<Duration> {
  return {
    schema: DURATION_SCHEMA,
    fromText: numberOrText,
    check(value, name) {
      const ms = durationMs(value as Duration, name);
      if (ms >= leastMs) return value as Duration;
      throw new ConfigurationError(
        leastMs === 1 ? `${name} must be longer than 0` : `${name} must be at least ${leastMs} ms, not ${ms}`,
      );
    },
  };
}
