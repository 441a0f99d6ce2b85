import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StoreFileError } from "../../errors/index.ts";
import { FileIdentity } from "./file-identity.ts";

let folder: string;
let file: string;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  folder = mkdtempSync(join(tmpdir(), "millrace-identity-"));
  file = join(folder, "jobs.db");
  writeFileSync(file, "");
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

test("a file that stays is written to", () => {
  const identity = new FileIdentity(file);
  vi.advanceTimersByTime(5_000);
  expect(() => identity.refuseMoved()).not.toThrow();
});

test.each([
  ["deleted", () => rmSync(file)],
  ["moved", () => renameSync(file, `${file}.old`)],
  [
    "replaced",
    () => {
      renameSync(file, `${file}.old`);
      writeFileSync(file, "");
    },
  ],
])("a file that was %s is refused within a second", (_, change) => {
  const identity = new FileIdentity(file);
  change();
  vi.advanceTimersByTime(1_001);
  expect(() => identity.refuseMoved()).toThrow(StoreFileError);
  expect(() => identity.refuseMoved()).toThrow(/moved, replaced or deleted/);
});
