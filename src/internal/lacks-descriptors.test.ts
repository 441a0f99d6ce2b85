import assert from "node:assert/strict";
import { test } from "vitest";
import { lacksDescriptors } from "./lacks-descriptors.ts";

test.each([
  [Object.assign(new Error("open"), { code: "EMFILE" }), true],
  [Object.assign(new Error("open"), { code: "ENFILE" }), true],
  [new Error("Worker initialization failure: EMFILE"), true],
  [new Error("Cannot read package config x/package.json: too many open files."), true],
  [Object.assign(new Error("no such file"), { code: "ENOENT" }), false],
  ["EMFILE", false],
])("%s: %s", (error, lacks) => {
  assert.equal(lacksDescriptors(error), lacks);
});
