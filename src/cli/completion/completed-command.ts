import type { CommandDeclaration } from "../command.ts";
import { settingFlag } from "../setting-flags.ts";
import { STATES } from "../state-style.ts";

/** A flag as a shell completes it. */
interface CompletedFlag {
  /** With its dashes. */
  readonly form: string;
  readonly meaning: string;
  readonly takesValue: boolean;
  /** What the value may be, where that is known. */
  readonly values: readonly string[];
  /** Its value is the path of a file. */
  readonly isFile: boolean;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** One word or two. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** Its arguments are paths of files. */
  readonly takesFiles: boolean;
}

const VALUES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["--state", STATES],
  ["--log-level", ["debug", "info", "warn", "error"]],
  ["--log-format", ["auto", "pretty", "json"]],
  ["--backoff", ["none", "exponential"]],
  ["--containment", ["auto", "namespace", "sweep", "group"]],
  ["--input", ["argv", "json"]],
  ["--output", ["text", "json"]],
  ["--fail-on", ["exit", "stderr"]],
  ["--scope", ["send", "read", "admin"]],
]);
/** What a flag calls its value where that is a path. */
const PATHS = /<(file|folder|path)>/;

/** What there is to complete, from the declarations of the commands. */
export function completedCommands(
  declarations: readonly CommandDeclaration[],
  common: readonly (readonly [form: string, meaning: string])[],
): CompletedCommand[] {
  return declarations.map(({ usage, summary, settings = [], flags }) => ({
    name: usage.replace(/ [<[].*/, ""),
    summary,
    flags: [...settings.map(settingFlag), ...flags, ...common].map(([form, meaning]) => completed(form, meaning)),
    takesFiles: /file/.test(usage),
  }));
}

function completed(declared: string, meaning: string): CompletedFlag {
  const form = /--[a-z-]+/.exec(declared)?.[0] ?? declared;
  return {
    form,
    meaning,
    takesValue: declared.includes("<"),
    values: VALUES.get(form) ?? [],
    isFile: PATHS.test(declared),
  };
}
