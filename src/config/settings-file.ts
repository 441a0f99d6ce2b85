import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { ConfigurationError } from "../errors/index.ts";
import { nearest } from "../internal/nearest.ts";
import type { Chosen } from "./configuration.ts";
import { KINGTASK_DEFAULTS, KINGTASK_KEYS } from "./kingtask.ts";
import { type Located, type Place, placeWithin, problemAt } from "./located.ts";
import { readYaml } from "./read-yaml.ts";
import { SETTINGS, SETTING_KEYS, type SettingKey } from "./settings.ts";

const SECTIONS: ReadonlySet<string> = new Set(SETTING_KEYS.flatMap((key) => key.split(".").slice(0, -1)));

/** What a file says. */
export interface SettingsFile {
  readonly chosen: ReadonlyMap<SettingKey, Chosen>;
  readonly remarks: readonly string[];
}

/**
 * Reads a configuration file: Millrace's own, or one of kingtask.
 *
 * @throws ConfigurationError with file, line, column and what is allowed there
 */
export async function readSettingsFile(file: string): Promise<SettingsFile> {
  const root = await readYaml(textOf(file), file);
  if (root === undefined || root.value === null) return { chosen: new Map(), remarks: [] };
  const { entries } = root;
  if (entries === undefined) {
    throw problemAt(file, root.place, "a configuration is a map: lines of the form `key: value`");
  }
  const chosen = new Map<SettingKey, Chosen>();
  const remarks: string[] = [];
  for (const [key, { keyPlace, node }] of entries) {
    if (KINGTASK_KEYS.has(key)) readKingtaskKey(file, key, keyPlace, node, chosen, remarks);
    else if (SECTIONS.has(key)) readSection(file, key, node, chosen);
    else readOne(file, key, key, keyPlace, node, chosen);
  }
  if ([...entries.keys()].some((key) => KINGTASK_KEYS.has(key))) {
    for (const [key, value] of KINGTASK_DEFAULTS) {
      if (!chosen.has(key)) chosen.set(key, { value, source: { kind: "kingtask", file } });
    }
  }
  return { chosen, remarks };
}

/** @throws ConfigurationError */
function textOf(file: string): string {
  if (!existsSync(file)) {
    const folder = dirname(file);
    const near = existsSync(folder) ? nearest(basename(file), readdirSync(folder)) : undefined;
    throw new ConfigurationError(
      `there is no configuration file ${file}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  if (statSync(file).isDirectory()) throw new ConfigurationError(`${file} is a folder; give a configuration file`);
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {
      cause: error,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new ConfigurationError(`${file} is not UTF-8 text`);
  }
}

function readSection(file: string, section: string, node: Located, chosen: Map<SettingKey, Chosen>): void {
  if (node.value === null) return;
  if (node.entries === undefined) {
    const keys = keysOf(section).join(", ");
    throw problemAt(file, node.place, `${section} must be a map of ${keys}`, section);
  }
  for (const [key, entry] of node.entries) {
    readOne(file, `${section}.${key}`, key, entry.keyPlace, entry.node, chosen, section);
  }
}

function readOne(
  file: string,
  path: string,
  key: string,
  keyPlace: Place,
  node: Located,
  chosen: Map<SettingKey, Chosen>,
  section?: string,
): void {
  const setting = SETTING_KEYS.find((known) => known === path);
  if (setting === undefined) {
    const known = keysOf(section);
    const near = nearest(key, known);
    const where = section === undefined ? "" : ` in ${section}`;
    throw problemAt(
      file,
      keyPlace,
      `there is no setting "${key}"${where}${near === undefined ? "." : `; did you mean "${near}"?`} There are ${known.join(", ")}`,
      path,
    );
  }
  // A key without a value says nothing.
  if (node.value === null) return;
  choose(file, setting, path, node, node.value, chosen);
}

function readKingtaskKey(
  file: string,
  key: string,
  keyPlace: Place,
  node: Located,
  chosen: Map<SettingKey, Chosen>,
  remarks: string[],
): void {
  const { setting, remark, convert } = KINGTASK_KEYS.get(key) ?? {};
  if (node.value === null || convert === undefined) return;
  if (setting === undefined) {
    remarks.push(`${file}:${keyPlace.line}: ${key} is of no consequence here: ${remark}`);
    return;
  }
  const value = atPlace(file, key, node, () => convert(node.value, key));
  if (value === undefined) return;
  const before = chosen.get(setting);
  if (before?.source.kind === "file") {
    throw problemAt(file, keyPlace, `${key} says the same as ${before.source.key} further up; give one of them`, key);
  }
  choose(file, setting, key, node, value, chosen);
}

function choose(
  file: string,
  setting: SettingKey,
  key: string,
  node: Located,
  value: unknown,
  chosen: Map<SettingKey, Chosen>,
): void {
  const before = chosen.get(setting);
  if (before?.source.kind === "file") {
    throw problemAt(file, node.place, `${key} says the same as ${before.source.key} further up; give one of them`, key);
  }
  const checked = atPlace(file, key, node, () => SETTINGS[setting].kind.check(value, key));
  chosen.set(setting, { value: checked, source: { kind: "file", file, ...node.place, key } });
}

/** Lets a check speak of the place where the value stands. */
function atPlace<T>(file: string, key: string, node: Located, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { path } = error.details;
    // What the library says of names and the like does not begin with the key.
    const sentence = error.message.startsWith(key) ? error.message : `${key}: ${error.message}`;
    throw problemAt(file, placeWithin(node, Array.isArray(path) ? path : []), sentence, key);
  }
}

/** The keys that may stand in a section, or beside the sections. */
function keysOf(section: string | undefined): string[] {
  if (section === undefined) return [...new Set(SETTING_KEYS.map((key) => key.split(".")[0] ?? ""))];
  return SETTING_KEYS.flatMap((key) => (key.startsWith(`${section}.`) ? [key.slice(section.length + 1)] : []));
}
