import { wholeNumber } from "../../core/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { numberOrText } from "./number-or-text.ts";

/** A whole number within bounds, both included. */
export function whole(least: number, most: number): SettingKind<number> {
  return {
    schema: { type: "integer", minimum: least, maximum: most },
    fromText: numberOrText,
    check: (value, name) => wholeNumber(value, name, least, most),
  };
}
