import { readFileSync } from "node:fs";

/** Versions of what matters in a report of a problem: Millrace, Node, SQLite. */
export function versionLine(): string {
  return `millrace ${packageVersion()} (node ${process.versions.node}, sqlite ${process.versions["sqlite"] ?? "none"})`;
}

/** The version of the package that this is. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
