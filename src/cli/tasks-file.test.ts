import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TasksFileError } from "../errors/index.ts";
import { tasksOf } from "./tasks-file.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-tasks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a module that waits for ever at its top level is not waited for", async () => {
  const file = join(folder, "never.mjs");
  writeFileSync(file, "await new Promise(() => {});\n");
  const loading = tasksOf(file, 20);
  await expect(loading).rejects.toThrow(TasksFileError);
  await expect(loading).rejects.toThrow(
    /never\.mjs cannot be loaded: it did not finish loading within 0\.02 s: an await at its top level never ends$/,
  );
});
