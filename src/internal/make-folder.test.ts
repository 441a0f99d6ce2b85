import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

const root = mkdtempSync(join(tmpdir(), "millrace-folders-"));
afterAll(() => rmSync(root, { recursive: true }));

test("folders are made with those above them, and may be there already", () => {
  const path = join(root, "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test("a file where a folder must be is told of", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => makeFolder(join(root, "file", "below"))).toThrow("ENOTDIR");
});

test.runIf(process.platform === "linux")("a place where nothing can be made is told of, and not tried for ever", () => {
  expect(() => makeFolder("/proc/no/such")).toThrow("ENOENT");
});
