import type { CAC, Command } from "cac";
import { nearest } from "../internal/nearest.ts";
import { Flags } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

type Option = Command["options"][number];

/** What was typed, taken apart. */
export interface CommandLine {
  /** What is no flag, the command's own words first. */
  readonly words: readonly string[];
  readonly flags: Flags;
  /** Flags as typed that no command has. */
  readonly strange: readonly string[];
}

/**
 * Takes the arguments apart by the flags that are declared. cac's own reading is not used: it turns `007` into 7, an id
 * of digits into another one, and `-5` into a flag.
 *
 * @throws UsageError when a flag has no value, or one it cannot have
 */
export function commandLine(cli: CAC, given: readonly string[]): CommandLine {
  const options = new Map<string, Option>();
  for (const { options: declared } of [...cli.commands, cli.globalCommand]) {
    for (const option of declared) for (const form of formsOf(option)) options.set(form, option);
  }
  const words: string[] = [];
  const strange: string[] = [];
  const flags = new Map<string, string[]>();
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? "";
    if (word === "--") {
      words.push(...given.slice(at + 1));
      break;
    }
    if (!isFlag(word)) {
      words.push(word);
      continue;
    }
    const [form, inline] = splitAt(word, "=");
    // Programs in Go take their flags with one dash, and scripts that were written for one pass `-config=FILE`.
    const option = options.get(form) ?? (form.length > 2 ? options.get(`-${form}`) : undefined);
    if (option === undefined) {
      strange.push(form);
      continue;
    }
    const name = nameOf(option);
    const values = flags.get(name) ?? [];
    flags.set(name, values);
    if (option.isBoolean === true) {
      if (inline !== undefined) throw new UsageError(`${form} takes no value`);
      continue;
    }
    const next = given[at + 1];
    const value = inline ?? (next === undefined || isFlag(next) ? undefined : next);
    if (value === undefined) throw new UsageError(`${form} needs a value: ${option.rawName}`);
    if (inline === undefined) at += 1;
    values.push(value);
  }
  return { words, flags: new Flags(flags, given), strange };
}

/** @throws UsageError that names the nearest flag, when one is not for this command; or when one is given too often */
export function refuseStrangers({ flags, strange }: CommandLine, cli: CAC, command: Command): void {
  const own = [...command.options, ...cli.globalCommand.options];
  const [form] = strange;
  if (form !== undefined) {
    // What starts with one dash is more often an argument than a flag.
    if (!form.startsWith("--")) {
      throw new UsageError(`there is no flag ${form}`, "an argument that starts with a dash goes after --");
    }
    const near = nearest(form, own.flatMap(formsOf));
    throw new UsageError(`there is no flag ${form}${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
  const twice = own.find(
    (option) => option.config.type === undefined && (flags.texts(nameOf(option))?.length ?? 0) > 1,
  );
  if (twice !== undefined) throw new UsageError(`--${nameOf(twice)} is given twice`);
  const others = cli.commands.flatMap(({ options }) => options).filter((option) => flags.has(nameOf(option)));
  const foreign = others.map(nameOf).find((name) => !own.some((option) => nameOf(option) === name));
  if (foreign === undefined) return;
  const users = cli.commands.filter(({ options }) => options.some((option) => nameOf(option) === foreign));
  throw new UsageError(
    `${command.name} has no flag --${foreign}`,
    `it is for ${users.map(({ name }) => name).join(", ")}`,
  );
}

/** A dash and then a digit is a negative number, or a negative duration. */
function isFlag(word: string): boolean {
  return /^-[^\d.]/.test(word);
}

function formsOf({ rawName }: Option): string[] {
  return rawName.match(/(?<=^|, )-{1,2}[a-z][a-z-]*/g) ?? [];
}

function nameOf(option: Option): string {
  return formsOf(option).at(-1)?.replace(/^--?/, "") ?? "";
}

function splitAt(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
