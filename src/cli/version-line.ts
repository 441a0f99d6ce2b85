import { packageVersion } from "../internal/package-version.ts";

/** Versions of what matters in a report of a problem: Millrace, Node, SQLite. */
export function versionLine(): string {
  return `millrace ${packageVersion()} (node ${process.versions.node}, sqlite ${process.versions["sqlite"] ?? "none"})`;
}
