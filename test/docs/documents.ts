import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a document. */
export interface Block {
  /** Document and line, for the name of a test. */
  readonly place: string;
  readonly language: string;
  /** Words behind the language in the fence's first line, such as `run` or `file=tasks.ts`. */
  readonly marks: readonly string[];
  readonly code: string;
}

export interface Document {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** The Markdown files that people read: those of the root, and docs/ without the generated API report. */
export function documents(): Document[] {
  const paths = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })];
  return paths
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("docs/api/"))
    .toSorted()
    .map(document);
}

export function document(path: string): Document {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, blocks: blocksOf(path, text) };
}

export function source(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function exists(path: string): boolean {
  return existsSync(join(root, path));
}

function blocksOf(path: string, text: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    if (!line.startsWith("```")) open?.lines.push(line);
    else if (open === undefined) open = { line: at + 1, info: line.slice(3).trim(), lines: [] };
    else {
      const [language = "", ...marks] = open.info.split(/\s+/);
      blocks.push({ place: `${path}:${open.line}`, language, marks, code: `${open.lines.join("\n")}\n` });
      open = undefined;
    }
  }
  return blocks;
}
