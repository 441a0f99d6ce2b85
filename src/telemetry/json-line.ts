import { isSecretName, redacted } from "../internal/redacted.ts";
import type { LogEntry } from "./log-entry.ts";

/**
 * An entry for programs: one JSON object with `at` (ISO 8601), `level`, `message` and the facts beside them. What is
 * secret is `***`; a bigint is its digits with an `n`.
 */
export function jsonLine({ at, level, message, fields }: LogEntry): string {
  const head = { at: at.toISOString(), level, message };
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, safe);
  } catch {
    // A fact that JSON cannot carry must not cost the line.
    return JSON.stringify(head, safe);
  }
}

function safe(name: string, value: unknown): unknown {
  if (isSecretName(name)) return "***";
  if (typeof value === "string") return redacted(value);
  if (typeof value === "bigint") return `${value}n`;
  return value instanceof Error ? redacted(`${value.name}: ${value.message}`) : value;
}
