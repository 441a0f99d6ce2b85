import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchema } from "./json-schema.ts";

test("the published schema is that of the settings; `npm run schema:update` writes it anew", () => {
  const published = readFileSync(new URL("../../schema/millrace.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(published)).toEqual(jsonSchema());
});

test("sections hold their settings, and nothing else is allowed", () => {
  expect(jsonSchema()).toMatchObject({
    additionalProperties: false,
    properties: {
      retries: {
        type: "integer",
        minimum: 0,
        description: expect.stringMatching(/^Attempts after the first\. Default: 3/),
      },
      log: {
        type: "object",
        additionalProperties: false,
        properties: { level: { enum: ["debug", "info", "warn", "error"] } },
      },
    },
  });
});
