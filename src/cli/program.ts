import { type CAC, cac } from "cac";
import type { CommandDeclaration } from "./command.ts";
import { cancel } from "./commands/cancel.ts";
import { completion } from "./commands/completion.ts";
import { config } from "./commands/config.ts";
import { deadList } from "./commands/dead-list.ts";
import { deadPurge } from "./commands/dead-purge.ts";
import { deadReplay } from "./commands/dead-replay.ts";
import { doctor } from "./commands/doctor.ts";
import { explain } from "./commands/explain.ts";
import { gateway } from "./commands/gateway.ts";
import { init } from "./commands/init.ts";
import { list } from "./commands/list.ts";
import { queues } from "./commands/queues.ts";
import { queuesDrain } from "./commands/queues-drain.ts";
import { queuesPause } from "./commands/queues-pause.ts";
import { queuesResume } from "./commands/queues-resume.ts";
import { result } from "./commands/result.ts";
import { send } from "./commands/send.ts";
import { status } from "./commands/status.ts";
import { tokenCreate } from "./commands/token-create.ts";
import { tokenList } from "./commands/token-list.ts";
import { tokenRevoke } from "./commands/token-revoke.ts";
import { top } from "./commands/top.ts";
import { worker } from "./commands/worker.ts";
import { helpSections } from "./help-sections.ts";
import { COMMON_SETTINGS, settingFlag } from "./setting-flags.ts";

const DECLARATIONS: readonly CommandDeclaration[] = [
  init,
  worker,
  gateway,
  send,
  status,
  result,
  explain,
  cancel,
  list,
  queues,
  queuesPause,
  queuesResume,
  queuesDrain,
  top,
  deadList,
  deadReplay,
  deadPurge,
  tokenCreate,
  tokenList,
  tokenRevoke,
  doctor,
  config,
  completion(
    () => DECLARATIONS,
    () => commonFlags(),
  ),
];

/** Flags that every command has. */
function commonFlags(): (readonly [form: string, meaning: string])[] {
  return [
    ...COMMON_SETTINGS.map((key) => {
      const [form, meaning] = settingFlag(key);
      return [form, meaning] as const;
    }),
    ["--config <file>", "A configuration file (default: ./millrace.yaml, then /etc/millrace.yaml)"],
    ["--json", "Answer with one JSON document"],
    ["--debug", "Show stack traces, and log every step"],
  ];
}

/**
 * The command line as declared: commands, flags, help.
 *
 * @param group first word of the commands that its help shows, where not all are asked for
 */
export function program(group?: string): CAC {
  const cli = cac("millrace");
  cli.usage("<command> [arguments] [flags]");
  for (const [form, meaning] of commonFlags()) cli.option(form, meaning);
  for (const { usage, summary, settings = [], flags, examples } of DECLARATIONS) {
    const command = cli.command(usage, summary);
    for (const [form, meaning, repeatable] of [...settings.map(settingFlag), ...flags]) {
      command.option(form, meaning, repeatable === undefined ? {} : { type: [String] });
    }
    for (const [call, meaning] of examples) command.example(`${call}\n${meaning}`);
  }
  cli.option("-v, --version", "Show the version");
  cli.help((sections) => helpSections(cli, sections, group));
  return cli;
}

/** What a command of `program` does. */
export function declarationOf(name: string): CommandDeclaration | undefined {
  return DECLARATIONS.find(({ usage }) => usage.replace(/ [<[].*/, "") === name);
}
