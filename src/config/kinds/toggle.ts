import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** On or off. */
export const toggle: SettingKind<boolean> = {
  schema: { type: "boolean" },
  fromText: (given) => WORDS.get(given.toLowerCase()) ?? given,
  check(value, name) {
    if (typeof value === "boolean") return value;
    throw new ConfigurationError(`${name} must be true or false, not ${shown(value)}`);
  },
};
