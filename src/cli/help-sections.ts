import type { CAC } from "cac";
import { displayWidth } from "./display-width.ts";
import { terminal } from "./terminal.ts";

/** Narrower, and a column is harder to read broken than cut off by the terminal. */
const LEAST_COLUMN = 24;

interface Section {
  title?: string;
  body: string;
}

/**
 * cac's sections of a help page, made pleasant: summary first, no repetitions, examples with what they do.
 *
 * @param group first word of the commands to show, where not all are asked for: `dead`
 */
export function helpSections(cli: CAC, sections: readonly Section[], group?: string): Section[] {
  const command = cli.matchedCommand;
  const [, usage, ...others] = sections;
  const summary =
    command?.description ??
    (group === undefined ? "An asynchronous task queue: send jobs, run them, read what became of them." : undefined);
  const shown: Section[] = summary === undefined ? [] : [{ body: summary }];
  if (usage !== undefined) {
    const body = usage.body.replace("$ ", "");
    shown.push({ title: "Usage", body: group === undefined ? body : body.replace("<command>", `${group} <command>`) });
  }
  for (const { title, body } of others) {
    if (title === "Options") shown.push({ title: "Flags", body: wrapped(trimmed(body)) });
    else if (title === "Examples") shown.push({ title, body: examples(body) });
    else if (title === "Commands") shown.push({ title, body: wrapped(ofGroup(trimmed(body), group)) });
  }
  if (command === undefined) {
    shown.push({
      body: terminal.paint("dim", "millrace <command> --help shows the flags of a command, with examples."),
    });
  }
  return shown.map(({ title, body }) =>
    title === undefined ? { body } : { body: `${terminal.paint("bold", title)}\n${body}` },
  );
}

/** Each example is a call and a line of meaning. */
function examples(body: string): string {
  const lines = body.split("\n");
  const calls = lines.filter((_, at) => at % 2 === 0);
  const meanings = lines.filter((_, at) => at % 2 === 1);
  const width = Math.max(...calls.map(displayWidth));
  const fits = 2 + width + 2 + Math.max(...meanings.map(displayWidth)) <= (terminal.width ?? Number.POSITIVE_INFINITY);
  return calls
    .map((call, at) => {
      const meaning = terminal.paint("dim", meanings[at] ?? "");
      return fits ? `  ${call.padEnd(width)}  ${meaning}` : `  ${call}\n      ${meaning}`;
    })
    .join("\n");
}

/** Without blanks at line ends, and without the default that cac gives to whatever begins with `no-`. */
function trimmed(body: string): string {
  return body.replaceAll(/^( *--no-.*) \(default: true\)$/gm, "$1").replaceAll(/ +$/gm, "");
}

function ofGroup(body: string, group: string | undefined): string {
  if (group === undefined) return body;
  return body
    .split("\n")
    .filter((line) => line.trimStart().startsWith(`${group} `))
    .join("\n");
}

/** Two columns, the second broken where the terminal ends. */
function wrapped(body: string): string {
  const { width } = terminal;
  if (width === undefined) return body;
  return body
    .split("\n")
    .flatMap((line) => {
      const [, left, right] = /^(\s*\S.*?\s{2,})(\S.*)$/.exec(line) ?? [];
      if (left === undefined || right === undefined || width - left.length < LEAST_COLUMN) return [line];
      const rows = brokenAt(right, width - left.length);
      return rows.map((row, at) => (at === 0 ? left : " ".repeat(left.length)) + row);
    })
    .join("\n");
}

function brokenAt(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + word.length <= width) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word);
  }
  return rows;
}
