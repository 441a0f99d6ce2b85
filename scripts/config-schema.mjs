// Writes schema/millrace.schema.json, by which editors check and complete a configuration file, from the table of settings.
import { writeFileSync } from "node:fs";
import { jsonSchema } from "../src/config/index.ts";

writeFileSync(new URL("../schema/millrace.schema.json", import.meta.url), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
