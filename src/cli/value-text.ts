import { inspect } from "node:util";
import { terminal } from "./terminal.ts";
import { visible, visibleLines } from "./visible.ts";

/** A value for people to read. A text stands for itself, line by line; `--json` gives what programs need. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? visibleLines(value) : inspected(value, terminal.width ?? 120);
}

/** A value on one line, a text in quotes. */
export function valueLine(value: unknown): string {
  return visible(typeof value === "string" ? JSON.stringify(value) : inspected(value, Number.POSITIVE_INFINITY));
}

function inspected(value: unknown, breakLength: number): string {
  const text = inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, breakLength, compact: 3 });
  return visibleLines(text);
}
