import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";

/** One path, or a list of them; as a text, with commas between. */
export const paths: SettingKind<readonly string[]> = {
  schema: {
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string", minLength: 1 } },
    ],
  },
  fromText: (text) => text.split(","),
  check(value, name) {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((path, at) => {
      if (typeof path === "string" && path !== "") return path;
      throw new ConfigurationError(`${name} must be a path, or a list of paths; not ${shown(path)}`, {
        details: { path: Array.isArray(value) ? [at] : [] },
      });
    });
  },
};
