import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigurationError } from "../../errors/index.ts";
import { withFileLock } from "./with-file-lock.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-lock-"));
  path = join(folder, "tokens.json");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the lock is there during the change, and gone after it, also after one that threw", () => {
  expect(withFileLock(path, () => existsSync(`${path}.lock`))).toBe(true);
  expect(existsSync(`${path}.lock`)).toBe(false);
  const failing = (): never =>
    withFileLock(path, () => {
      throw new RangeError("no");
    });
  expect(failing).toThrow(RangeError);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("a lock that stays is left alone, and the error says what to do", () => {
  writeFileSync(`${path}.lock`, "");
  const change = (): never => expect.unreachable("the lock is another's");
  expect(() => withFileLock(path, change, 30)).toThrow(/another command is changing .*remove .*tokens\.json\.lock/);
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test("a folder that is not there is a typed error", () => {
  expect(() => withFileLock(join(folder, "none", "tokens.json"), () => undefined)).toThrow(ConfigurationError);
});
