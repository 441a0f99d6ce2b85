import { SETTINGS, SETTING_KEYS } from "./settings.ts";

type Schema = Record<string, unknown>;

/** The JSON Schema of a configuration file, for editors. Published as schema/millrace.schema.json. */
export function jsonSchema(): object {
  const properties: Record<string, Schema> = {};
  for (const key of SETTING_KEYS) {
    const [first = "", second] = key.split(".");
    const { kind, meaning, otherwise } = SETTINGS[key];
    const schema = { description: `${meaning}. Default: ${otherwise}`, ...kind.schema };
    if (second === undefined) {
      properties[first] = schema;
      continue;
    }
    const section = (properties[first] ??= { type: "object", additionalProperties: false, properties: {} });
    (section["properties"] as Schema)[second] = schema;
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of Millrace",
    type: "object",
    additionalProperties: false,
    properties,
  };
}
