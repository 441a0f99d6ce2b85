import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { root, source } from "../docs/documents.ts";
import { onSource } from "../docs/on-source.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-example-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "hash-files.ts"), onSource(source("examples/hash-files.ts"), folder));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hashFiles(of: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [join(folder, "hash-files.ts"), of], { encoding: "utf8" });
}

test("examples/hash-files.ts hashes every file of a folder, and says how it went", () => {
  const { status, stdout, stderr } = hashFiles(join(root, "src"));
  const expected = globSync("**", { cwd: join(root, "src") })
    .map((path) => join(root, "src", path))
    .filter((path) => statSync(path).isFile())
    .map((path) => `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${path}`);
  assert.ok(expected.length > 100);
  assert.deepEqual(stdout.trimEnd().split("\n").toSorted(), expected.toSorted());
  assert.match(stderr, new RegExp(`^${expected.length} hashed, 0 failed, 0 running, \\d+/s\n$`));
  assert.equal(status, 0);
});

test("a folder that is not there ends it with that error", () => {
  const missing = join(folder, "missing");
  symlinkSync(join(folder, "nowhere"), missing);
  const { status, stderr } = hashFiles(missing);
  assert.notEqual(status, 0);
  assert.match(stderr, /ENOENT/);
});
