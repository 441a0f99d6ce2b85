/*
 * config: what a configuration file, the environment and flags say.
 * Here: the table of settings, their checks, where each value came from. Not here: what is done with them.
 */
export { Configuration } from "./configuration.ts";
export { environmentName } from "./environment-name.ts";
export { jsonSchema } from "./json-schema.ts";
export { readConfiguration } from "./read-configuration.ts";
export { SETTINGS, type SettingKey } from "./settings.ts";
export { sourceText } from "./source.ts";
