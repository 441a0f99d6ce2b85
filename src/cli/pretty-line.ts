import { type LogEntry, factsText } from "../telemetry/index.ts";
import { redacted } from "../internal/redacted.ts";
import type { Paint } from "./terminal.ts";
import { clockTime } from "./times.ts";
import { visible } from "./visible.ts";

const BY_LEVEL: Readonly<Record<LogEntry["level"], Paint>> = {
  debug: "dim",
  info: "gray",
  warn: "yellow",
  error: "red",
};
const BY_EVENT: ReadonlyMap<unknown, Paint> = new Map<unknown, Paint>([
  ["ready", "green"],
  ["stopping", "cyan"],
  ["stopped", "cyan"],
]);

/**
 * An entry for people: the time, a word, a sentence. The word is the entry's event, whose sentence has all there is to say,
 * or else its level, with the facts behind the message.
 */
export function prettyLine(
  { at, level, message, fields }: LogEntry,
  paint: (paint: Paint, text: string) => string = (_, text) => text,
): string {
  const { event } = fields;
  const word = typeof event === "string" ? event : level;
  const colour = BY_EVENT.get(event) ?? BY_LEVEL[level];
  const facts = event === undefined ? paint("dim", visible(factsText(fields))) : "";
  return `${paint("dim", clockTime(at))} ${paint(colour, word.padEnd(9))} ${visible(redacted(message))}${facts}`;
}
