import { readFileSync } from "node:fs";

/** Versions of what matters in a report of a problem: Millrace, Node, SQLite. */
export function versionLine(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return `millrace ${version} (node ${process.versions.node}, sqlite ${process.versions["sqlite"] ?? "none"})`;
}
