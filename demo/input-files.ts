import { type Dirent, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

/** More would show nothing new. */
const MOST_FILES = 3_000;
const LARGEST_BYTES = 1024 * 1024;
/** Folders that are made by tools, and may change while the demo reads them. */
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "coverage"]);
/** Not text: their lines and words mean nothing. */
const BINARY = new Set([
  ".node",
  ".wasm",
  ".png",
  ".jpg",
  ".gif",
  ".ico",
  ".woff",
  ".woff2",
  ".gz",
  ".tgz",
  ".zip",
  ".db",
]);

/** The files of the repository, then as many of its node_modules as there is room for, by path. */
export function inputFiles(root: string): string[] {
  const files: string[] = [];
  walk(root, files);
  walk(join(root, "node_modules"), files);
  return files;
}

function walk(folder: string, files: string[]): void {
  for (const entry of entriesOf(folder)) {
    if (files.length >= MOST_FILES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name) && !entry.name.startsWith(".")) walk(path, files);
    else if (entry.isFile() && !BINARY.has(extname(entry.name)) && statSync(path).size <= LARGEST_BYTES)
      files.push(path);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
