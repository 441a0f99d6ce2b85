import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { nearest } from "../../internal/nearest.ts";
import type { SettingKind } from "../setting-kind.ts";

/** One of some words. */
export function choice<const T extends string>(words: readonly T[]): SettingKind<T> {
  return {
    schema: { enum: words },
    fromText: (given) => given,
    check(value, name) {
      const word = words.find((each) => each === value);
      if (word !== undefined) return word;
      const near = typeof value === "string" ? nearest(value, words) : undefined;
      throw new ConfigurationError(
        `${name} must be one of ${words.join(", ")}; not ${shown(value)}${near === undefined ? "" : `. Did you mean ${near}?`}`,
      );
    },
  };
}
