import { existsSync } from "node:fs";
import { ConfigurationError } from "../errors/index.ts";
import { type Chosen, Configuration } from "./configuration.ts";
import { environmentName } from "./environment-name.ts";
import { readSettingsFile } from "./settings-file.ts";
import { SETTINGS, SETTING_KEYS, type SettingKey } from "./settings.ts";
import type { Source } from "./source.ts";

/** Where a file is looked for when none is named, the first one found. */
const USUAL_FILES: readonly string[] = ["./millrace.yaml", "/etc/millrace.yaml"];

/** Names the file. */
const FILE_VARIABLE = "MILLRACE_CONFIG";

/** What settings are read from. */
export interface ConfigurationSources {
  /** The file to read; without one, `$MILLRACE_CONFIG`, else the first of `usualFiles` that is there. */
  readonly file?: string | undefined;
  readonly usualFiles?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What flags say, as it was typed. */
  readonly flags?: ReadonlyMap<SettingKey, string>;
}

/**
 * Reads the settings: those of the file, over them those of the environment, over them those of flags.
 *
 * @throws ConfigurationError that says where the problem is and what is allowed
 */
export async function readConfiguration({
  file,
  usualFiles = USUAL_FILES,
  environment,
  flags = new Map(),
}: ConfigurationSources): Promise<Configuration> {
  const path = file ?? (environment[FILE_VARIABLE] || usualFiles.find((usual) => existsSync(usual)));
  const read = path === undefined ? undefined : await readSettingsFile(path);
  const chosen = new Map(read?.chosen);
  for (const key of SETTING_KEYS) {
    const variable = environmentName(key);
    const given = environment[variable];
    // An empty variable is as good as none.
    if (given !== undefined && given !== "") {
      chosen.set(key, fromText(key, given, `$${variable}`, { kind: "environment", variable }));
    }
    const typed = flags.get(key);
    if (typed === undefined) continue;
    const flag = SETTINGS[key].flag?.split(" ")[0] ?? key;
    chosen.set(key, fromText(key, typed, flag, { kind: "flag", flag }));
  }
  return new Configuration(chosen, path, read?.remarks);
}

/** @throws ConfigurationError */
function fromText(key: SettingKey, text: string, name: string, source: Source): Chosen {
  const { kind } = SETTINGS[key];
  try {
    return { value: kind.check(kind.fromText(text), name), source };
  } catch (error) {
    // What the library says of names and the like does not begin with where they were written.
    if (!(error instanceof ConfigurationError) || error.message.startsWith(name)) throw error;
    throw new ConfigurationError(`${name}: ${error.message}`, { cause: error, details: error.details });
  }
}
