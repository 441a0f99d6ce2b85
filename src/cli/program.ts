import { type CAC, cac } from "cac";
import type { CommandDeclaration } from "./command.ts";
import { cancel } from "./commands/cancel.ts";
import { deadList } from "./commands/dead-list.ts";
import { deadPurge } from "./commands/dead-purge.ts";
import { deadReplay } from "./commands/dead-replay.ts";
import { gateway } from "./commands/gateway.ts";
import { list } from "./commands/list.ts";
import { queues } from "./commands/queues.ts";
import { result } from "./commands/result.ts";
import { send } from "./commands/send.ts";
import { status } from "./commands/status.ts";
import { tokenCreate } from "./commands/token-create.ts";
import { tokenList } from "./commands/token-list.ts";
import { tokenRevoke } from "./commands/token-revoke.ts";
import { worker } from "./commands/worker.ts";
import { helpSections } from "./help-sections.ts";

const DECLARATIONS: readonly CommandDeclaration[] = [
  worker,
  gateway,
  send,
  status,
  result,
  cancel,
  list,
  queues,
  deadList,
  deadReplay,
  deadPurge,
  tokenCreate,
  tokenList,
  tokenRevoke,
];

/** The command line as declared: commands, flags, help. */
export function program(): CAC {
  const cli = cac("millrace");
  cli.usage("<command> [arguments] [flags]");
  cli.option("--store <url>", "Where jobs are kept (default: $MILLRACE_STORE, else sqlite:./millrace.db)");
  cli.option("--namespace <name>", 'Whose jobs in that store (default: $MILLRACE_NAMESPACE, else "millrace")');
  cli.option("--json", "Answer with one JSON document");
  cli.option("--debug", "Show stack traces, and log every step");
  for (const { usage, summary, flags, examples } of DECLARATIONS) {
    const command = cli.command(usage, summary);
    for (const [form, meaning, repeatable] of flags) {
      command.option(form, meaning, repeatable === undefined ? {} : { type: [String] });
    }
    for (const [call, meaning] of examples) command.example(`${call}\n${meaning}`);
  }
  cli.option("-v, --version", "Show the version");
  cli.help((sections) => helpSections(cli, sections));
  return cli;
}

/** What a command of `program` does. */
export function declarationOf(name: string): CommandDeclaration | undefined {
  return DECLARATIONS.find(({ usage }) => usage.replace(/ [<[].*/, "") === name);
}
