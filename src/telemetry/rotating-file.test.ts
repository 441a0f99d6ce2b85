import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RotatingFile } from "./rotating-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(folder, name), "utf8");

test("a file is put aside before it would grow too large, and the oldest goes", () => {
  const file = new RotatingFile(join(folder, "a.log"), { maxBytes: 20, keep: 2 });
  for (let line = 1; line <= 8; line += 1) file.write(`line ${line}..`);
  file.close();
  expect(readdirSync(folder).toSorted()).toEqual(["a.log", "a.log.1", "a.log.2"]);
  expect([read("a.log.2"), read("a.log.1"), read("a.log")]).toEqual([
    "line 3..\nline 4..\n",
    "line 5..\nline 6..\n",
    "line 7..\nline 8..\n",
  ]);
});

test("what was there before is gone on with, and counts", () => {
  writeFileSync(join(folder, "a.log"), "0123456789\n");
  const file = new RotatingFile(join(folder, "a.log"), { maxBytes: 20, keep: 1 });
  file.write("abc");
  file.write("defghijkl");
  file.close();
  expect([read("a.log.1"), read("a.log")]).toEqual(["0123456789\nabc\n", "defghijkl\n"]);
});

test("a line larger than the limit gets a file of its own; with keep 0 nothing is put aside", () => {
  const file = new RotatingFile(join(folder, "deep/er/a.log"), { maxBytes: 10, keep: 0 });
  file.write("short");
  file.write("far too long for it");
  file.close();
  expect(readdirSync(join(folder, "deep/er"))).toEqual(["a.log"]);
  expect(read("deep/er/a.log")).toBe("far too long for it\n");
  expect(statSync(join(folder, "deep/er/a.log")).mode & 0o777).toBe(0o600);
});

test("what cannot be written is told once, and never thrown", () => {
  const problems: string[] = [];
  const file = new RotatingFile("/dev/full", { onProblem: ({ message }) => problems.push(message) });
  file.write("one");
  file.write("two");
  file.close();
  expect(problems).toEqual([expect.stringMatching(/ENOSPC/)]);
});

test("a file that cannot be put aside goes on growing, and is told of when it has grown by as much", () => {
  const problems: string[] = [];
  // A folder where the file put aside last would be: nothing can be renamed to it, whoever asks.
  mkdirSync(join(folder, "a.log.1", "inside"), { recursive: true });
  const file = new RotatingFile(join(folder, "a.log"), {
    maxBytes: 20,
    keep: 1,
    onProblem: ({ message }) => problems.push(message),
  });
  for (let line = 1; line <= 5; line += 1) file.write(`line ${line}..`);
  expect(read("a.log").split("\n")).toHaveLength(6);
  expect(problems).toEqual(Array(2).fill(expect.stringMatching(/cannot be put aside, and goes on growing: .*a\.log/)));
  rmSync(join(folder, "a.log.1"), { recursive: true });
  for (let line = 6; line <= 8; line += 1) file.write(`line ${line}..`);
  file.close();
  expect(read("a.log.1")).toMatch(/^line 1\.\./);
  expect(problems).toHaveLength(2);
});

test("a place where no file can be is refused at once", () => {
  expect(() => new RotatingFile(folder)).toThrow(/EISDIR/);
});
