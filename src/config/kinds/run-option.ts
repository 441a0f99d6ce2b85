import { type RunOptions, runPlan } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { numberOrText } from "./number-or-text.ts";

/** An option of how jobs are run and kept; the library itself says what it may be. */
export function runOption<K extends keyof RunOptions>(
  option: K,
  schema: Readonly<Record<string, unknown>>,
  fromText: (text: string) => unknown = numberOrText,
): SettingKind<NonNullable<RunOptions[K]>> {
  return {
    schema,
    fromText,
    check(value, name) {
      try {
        runPlan({ [option]: value });
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        // The library begins with the option's own name, or with an article.
        const named = error.message.startsWith(option) ? error.message.slice(option.length) : `: ${error.message}`;
        throw new ConfigurationError(name + named, { details: error.details });
      }
      return value as NonNullable<RunOptions[K]>;
    },
  };
}
