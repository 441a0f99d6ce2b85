import {
  type Configuration,
  SETTINGS,
  type SettingKey,
  environmentName,
  jsonSchema,
  sourceText,
} from "../../config/index.ts";
import { nearest } from "../../internal/nearest.ts";
import { redacted } from "../../internal/redacted.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { COMMON_SETTINGS, configurationOf } from "../setting-flags.ts";
import { type Cell, table } from "../table.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

const KEYS = Object.keys(SETTINGS) as SettingKey[];
/** Whatever a daemon takes a flag for can be tried here. */
const OWN = KEYS.filter((key) => SETTINGS[key].flag !== undefined && !COMMON_SETTINGS.includes(key));
/** Variables that are no settings, and mean something all the same. */
const OTHER_VARIABLES = ["MILLRACE_CONFIG", "MILLRACE_WATCHED"];

export const config: CommandDeclaration = {
  usage: "config",
  summary: "Show the settings in force, and where each comes from",
  settings: OWN,
  flags: [["--schema", "Print the JSON Schema of a configuration file instead"]],
  examples: [
    ["millrace config", "every setting, its value, and the file and line, variable or flag that gave it"],
    ["millrace config --config worker.yaml", "what a file means, one of kingtask too"],
    ["MILLRACE_RETRIES=5 millrace config --json", "for a program"],
  ],
  run: async (_words, flags) => {
    if (flags.has("schema")) {
      printJson(jsonSchema());
      return EXIT.ok;
    }
    const configuration = await configurationOf(flags, OWN);
    const remarks = [...configuration.remarks, ...strangeVariables()];
    if (flags.has("json")) {
      const settings = [...configuration.all()].map(([key, value, source]) => ({
        key,
        ...(value === undefined ? {} : { value: documentValue(key, value) }),
        from: source,
      }));
      printJson({ ...(configuration.file === undefined ? {} : { file: configuration.file }), settings, remarks });
      return EXIT.ok;
    }
    terminal.print(`${terminal.paint("dim", "file")}  ${visible(configuration.file ?? "none")}`);
    terminal.print("");
    for (const line of settingsTable(configuration)) terminal.print(line);
    for (const remark of remarks) terminal.tell(`${terminal.paintNote("yellow", "note:")} ${visible(remark)}`);
    return EXIT.ok;
  },
};

function settingsTable(configuration: Configuration): string[] {
  const columns = [{ title: "SETTING" }, { title: "VALUE", least: 16 }, { title: "FROM", least: 12 }];
  const rows = [...configuration.all()].map(([key, value, source]): Cell[] => {
    const isDefault = source.kind === "default";
    const given = documentValue(key, value);
    const shown = isDefault ? SETTINGS[key].otherwise : typeof given === "string" ? given : JSON.stringify(given);
    const paint = isDefault ? ("dim" as const) : ("bold" as const);
    return [{ text: key }, { text: visible(shown), paint }, { text: visible(sourceText(source)), paint: "dim" }];
  });
  return table(columns, rows);
}

/** What may be shown of a value. */
function documentValue(key: SettingKey, value: unknown): unknown {
  if (SETTINGS[key].isSecret === true) return "***";
  return typeof value === "string" ? redacted(value) : value;
}

function strangeVariables(): string[] {
  const known = [...KEYS.map(environmentName), ...OTHER_VARIABLES];
  return Object.keys(process.env)
    .filter((name) => name.startsWith("MILLRACE_") && !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return `$${name} stands for no setting${near === undefined ? "" : `; did you mean $${near}?`}`;
    });
}
