import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";

/**
 * One text, or a list of them; where only a text can be given, with commas between.
 *
 * @param noun what each of them is
 */
export function texts(noun: string): SettingKind<readonly string[]> {
  return {
    schema: {
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "array", items: { type: "string", minLength: 1 } },
      ],
    },
    fromText: (text) => text.split(","),
    check(value, name) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      return list.map((item, at) => {
        if (typeof item === "string" && item !== "") return item;
        throw new ConfigurationError(`${name} must be a ${noun}, or a list of them; not ${shown(item)}`, {
          details: { path: Array.isArray(value) ? [at] : [] },
        });
      });
    },
  };
}
