import { type ExecutablesOptions, executablesPlan } from "../../core/index.ts";
import { shown } from "../../core/shown.ts";
import { ConfigurationError } from "../../errors/index.ts";
import type { SettingKind } from "../setting-kind.ts";
import { DURATION_SCHEMA } from "./duration.ts";

/** How the programs of a folder are run: the options of the library's `executables`, but the folder. */
export type ExecutablesSetting = Omit<ExecutablesOptions, "folder">;

const COUNT = { type: "integer", minimum: 1 };
const OPTIONS = {
  input: { enum: ["argv", "json"] },
  output: { enum: ["text", "json"] },
  trim: { type: "boolean" },
  failOn: { enum: ["exit", "stderr"] },
  resident: { type: "boolean" },
  maxOutputBytes: COUNT,
  overflow: { enum: ["fail", "cut"] },
  grace: DURATION_SCHEMA,
  env: { type: "object", additionalProperties: { anyOf: [{ type: "string" }, { const: true }] } },
  limits: {
    type: "object",
    additionalProperties: false,
    properties: { cpu: DURATION_SCHEMA, memoryBytes: COUNT, processes: COUNT, openFiles: COUNT, fileBytes: COUNT },
  },
  user: {
    type: "object",
    additionalProperties: false,
    properties: { uid: { type: "integer" }, gid: { type: "integer" } },
  },
};

/** Options of executables; the library itself says what they may be. As a text they are JSON. */
export const executables: SettingKind<ExecutablesSetting> = {
  schema: {
    type: "object",
    properties: {
      ...OPTIONS,
      containment: { enum: ["auto", "namespace", "sweep", "group"] },
      workFolder: { type: "string" },
      tasks: { type: "object", additionalProperties: { type: "object", properties: OPTIONS } },
    },
  },
  fromText(text) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
  check(value, name) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ConfigurationError(`${name} must be a map of options, such as { failOn: stderr }; not ${shown(value)}`);
    }
    if ("folder" in value) throw new ConfigurationError(`${name} has no folder: it is worker.bin`);
    try {
      executablesPlan({ ...value, folder: "." });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // The library begins with the name that the option has there.
      throw new ConfigurationError(error.message.replace(/^executables/, name), { details: error.details });
    }
    return value;
  },
};
