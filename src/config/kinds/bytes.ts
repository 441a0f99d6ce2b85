import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { numberOrText } from "./number-or-text.ts";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** An amount of bytes, as a number or with a unit such as `100MB` or `1MiB`; within bounds, both included. */
export function bytes(least: number, most: number): SettingKind<number> {
  return {
    schema: { type: ["integer", "string"], minimum: least, pattern: String.raw`^\d+(\.\d+)?\s*([kKMG]i?)?B$` },
    fromText: numberOrText,
    check(value, name) {
      const amount = typeof value === "string" ? parsed(value) : value;
      if (typeof amount === "number" && Number.isSafeInteger(amount) && amount >= least && amount <= most) {
        return amount;
      }
      throw new ConfigurationError(
        `${name} must be from ${least} to ${most} bytes, as a number or with a unit (kB, MB, GB, KiB, MiB, GiB) such as "100MB"; not ${shown(value)}`,
      );
    },
  };
}

function parsed(text: string): number {
  const [, amount, unit = "B"] = /^(\d+(?:\.\d+)?)\s*([kKMG]i?B|B)?$/.exec(text) ?? [];
  return Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN));
}
