import { type Configuration, SETTINGS, type SettingKey, readConfiguration } from "../config/index.ts";
import type { Flags } from "./flags.ts";

/** Settings that every command has a flag for. */
export const COMMON_SETTINGS: readonly SettingKey[] = ["store", "namespace"];

/** The form and the meaning of a setting's flag, and whether it may be repeated. */
export function settingFlag(key: SettingKey): readonly [form: string, meaning: string, repeatable?: "repeatable"] {
  const { flag = "", meaning, otherwise, isRepeatable } = SETTINGS[key];
  // One that is off unless it is given says so by itself.
  const text = otherwise === "false" ? meaning : `${meaning} (default: ${otherwise})`;
  return isRepeatable === true ? [flag, `${text}; may be repeated`, "repeatable"] : [flag, text];
}

/**
 * The settings in force for a command: file, environment, and its flags over both.
 *
 * @param own settings that have a flag in this command
 * @throws ConfigurationError
 */
export function configurationOf(flags: Flags, own: readonly SettingKey[] = []): Promise<Configuration> {
  const given = new Map<SettingKey, string>();
  for (const key of [...COMMON_SETTINGS, ...own]) {
    const name = /^--([a-z-]+)/.exec(SETTINGS[key].flag ?? "")?.[1] ?? "";
    const texts = flags.texts(name);
    // A flag without a value is one that is switched on.
    if (texts !== undefined) given.set(key, texts.length === 0 ? "true" : texts.join(","));
  }
  return readConfiguration({ file: flags.text("config"), environment: process.env, flags: given });
}
