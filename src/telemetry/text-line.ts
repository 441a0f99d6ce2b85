import { isSecretName, redacted } from "../internal/redacted.ts";
import type { LogEntry } from "./log-entry.ts";

const PLAIN = /^[\w.:/-]+$/;

/** An entry for people and for `grep`: time, level, message, facts as `name=value`. */
export function textLine({ at, level, message, fields }: LogEntry): string {
  return `${at.toISOString()} ${level.padEnd(5)} millrace: ${redacted(message)}${factsText(fields)}`;
}

/** Facts as ` name=value`, what is secret left out. */
export function factsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${isSecretName(name) ? "***" : valueText(value)}`)
    .join("");
}

function valueText(value: unknown): string {
  if (typeof value !== "string") return redacted(written(value));
  const text = redacted(value);
  return PLAIN.test(text) ? text : JSON.stringify(text);
}

/** As JSON where it can be; a log line never fails. */
function written(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? "undefined"
    );
  } catch {
    return `[${typeof value}]`;
  }
}
