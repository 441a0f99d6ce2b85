import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";

/** A text that is not empty, checked further where that is said. */
export function text(
  further: (value: string) => void = () => {},
  schema: Readonly<Record<string, unknown>> = {},
): SettingKind<string> {
  return {
    schema: { type: "string", minLength: 1, ...schema },
    fromText: (given) => given,
    check(value, name) {
      if (typeof value !== "string" || value === "") {
        const advice = typeof value === "number" ? "; put it in quotes" : "";
        throw new ConfigurationError(`${name} must be a text, not ${shown(value)}${advice}`);
      }
      further(value);
      return value;
    },
  };
}
