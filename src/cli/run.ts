import type { CAC, Command } from "cac";
import { nearest } from "../internal/nearest.ts";
import { type CommandLine, commandLine, refuseStrangers } from "./command-line.ts";
import { reportError } from "./error-report.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { declarationOf, program } from "./program.ts";
import { terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { versionLine } from "./version-line.ts";

/** Does what was typed; resolves with the exit code. */
export async function run(given: readonly string[]): Promise<number> {
  terminal.letReadersLeave();
  const manner = { json: given.includes("--json"), debug: given.includes("--debug") };
  process.on("uncaughtException", (error) => {
    reportError(error, manner);
    process.exit(EXIT.failed);
  });
  try {
    return await answer(program(), given);
  } catch (error) {
    reportError(error, manner);
    return exitCodeOf(error);
  }
}

async function answer(cli: CAC, given: readonly string[]): Promise<number> {
  const line = commandLine(cli, given);
  const words = line.words[0] === "help" ? line.words.slice(1) : line.words;
  const command = commandOf(cli, words);
  if (line.flags.has("version")) {
    terminal.print(versionLine());
    return EXIT.ok;
  }
  if (line.flags.has("help") || line.words.length !== words.length || line.words.length === 0) {
    return help(cli, words, command, line);
  }
  if (command === undefined) throw unknownCommand(cli, words);
  refuseStrangers(line, cli, command);
  const own = words.slice(command.name.split(" ").length);
  refuseMiscount(command, own);
  return (await declarationOf(command.name)?.run(own, line.flags)) ?? EXIT.failed;
}

function help(cli: CAC, words: readonly string[], command: Command | undefined, line: CommandLine): number {
  if (command === undefined && words.length > 0 && !groupsOf(cli).has(words[0] ?? "")) throw unknownCommand(cli, words);
  if (line.strange[0] !== undefined) throw new UsageError(`there is no flag ${line.strange[0]}`, "millrace --help");
  const page = command === undefined ? program(words[0]) : cli;
  if (command !== undefined) page.matchedCommand = command;
  page.outputHelp();
  return EXIT.ok;
}

/** First words that are no command alone, such as `dead`. */
function groupsOf(cli: CAC): ReadonlySet<string> {
  return new Set(cli.commands.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0] ?? ""] : [])));
}

/** Commands have one word or two. */
function commandOf(cli: CAC, words: readonly string[]): Command | undefined {
  const two = words.slice(0, 2).join(" ");
  return cli.commands.find(({ name }) => name === two) ?? cli.commands.find(({ name }) => name === words[0]);
}

function unknownCommand(cli: CAC, words: readonly string[]): UsageError {
  const [first = "", second] = words;
  const names = cli.commands.map(({ name }) => name);
  const siblings = names.filter((name) => name.startsWith(`${first} `));
  if (siblings.length > 0) {
    const near = second === undefined ? undefined : nearest(`${first} ${second}`, siblings);
    const wrong = second === undefined ? `${first} alone does nothing` : `there is no command "${first} ${second}"`;
    return new UsageError(`${wrong}${near === undefined ? "" : `; did you mean ${near}?`}`, siblings.join(", "));
  }
  const near = nearest(first, [...names, "help", ...groupsOf(cli)]);
  return new UsageError(
    `there is no command "${first}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    "millrace --help shows all commands",
  );
}

function refuseMiscount(command: Command, words: readonly string[]): void {
  const usage = `millrace ${command.rawName}`;
  const missing = command.args[words.length];
  if (missing?.required === true) {
    throw new UsageError(`${command.name} needs ${article(missing.value)} <${missing.value}>`, usage);
  }
  if (command.args.some(({ variadic }) => variadic) || words.length <= command.args.length) return;
  throw new UsageError(
    `${command.name} takes no more than ${command.args.length}: "${words.at(-1) ?? ""}" is left over`,
    usage,
  );
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? "an" : "a";
}
