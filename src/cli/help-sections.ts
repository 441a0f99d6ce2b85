import type { CAC } from "cac";
import { displayWidth } from "./display-width.ts";
import { terminal } from "./terminal.ts";

interface Section {
  title?: string;
  body: string;
}

/** cac's sections of a help page, made pleasant: summary first, no repetitions, examples with what they do. */
export function helpSections(cli: CAC, sections: readonly Section[]): Section[] {
  const command = cli.matchedCommand;
  const [, usage, ...others] = sections;
  const summary = command?.description ?? "An asynchronous task queue: send jobs, run them, read what became of them.";
  const shown: Section[] = [{ body: summary }];
  if (usage !== undefined) shown.push({ title: "Usage", body: usage.body.replace("$ ", "") });
  for (const { title, body } of others) {
    if (title === "Options") shown.push({ title: "Flags", body: trimmed(body) });
    else if (title === "Examples") shown.push({ title, body: examples(body) });
    else if (title === "Commands") shown.push({ title, body: trimmed(body) });
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
  const width = Math.max(...calls.map(displayWidth));
  return calls
    .map((call, at) => `  ${call.padEnd(width)}  ${terminal.paint("dim", lines[at * 2 + 1] ?? "")}`)
    .join("\n");
}

function trimmed(body: string): string {
  return body.replaceAll(/ +$/gm, "");
}
