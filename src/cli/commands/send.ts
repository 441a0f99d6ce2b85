import { existsSync } from "node:fs";
import type { SendOptions } from "../../index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Flags } from "../flags.ts";
import { printJson } from "../json-document.ts";
import { printOutcome, waitOf } from "../outcome.ts";
import { placeOf, withClient } from "../session.ts";
import { taskArgument } from "../task-argument.ts";
import { terminal } from "../terminal.ts";

export const send: CommandDeclaration = {
  usage: "send <task> [...args]",
  summary: "Send a job by the name of its task, and print its id",
  flags: [
    ["--wait <time>", "Wait this long for the result, and print it"],
    ["--run-after <time>", "Start no earlier than this from now, as in 2s or 1.5h"],
    ["--run-at <time>", "Start no earlier than this moment, as in 2030-01-31T09:00:00Z"],
    ["--expire-after <time>", "If it is not started by then, it is expired"],
    ["--expire-at <time>", "The same, as a moment"],
    ["--timeout <time>", "How long one attempt may run"],
    ["--retries <n>", "Attempts after the first"],
    ["--backoff <gaps>", "Time before each retry: none, exponential, or a list such as 5s,8s,9s"],
    ["--priority <n>", "0 to 9, higher first"],
    ["--queue <name>", 'Where it waits (default: "default")'],
    ["--id <id>", "An id of your own: sending it twice makes one job"],
    ["--string", "Take every argument as a string, not as JSON"],
  ],
  examples: [
    ["millrace send add 12 33 --wait 5s", "send it, and print 45"],
    ["millrace send add -5 2.5", "arguments are JSON where they can be: these are numbers"],
    [`millrace send mail '{"to":"ada@example.org"}' hello`, "an object, and a string"],
    ["millrace send report --run-after 2h --retries 5", "later, and with more patience"],
    ["millrace send say --string 42 -- --loud", 'the string "42"; what is after -- is no flag'],
  ],
  run: async ([task = "", ...args], flags) => {
    const { file } = await placeOf(flags);
    const isNew = file !== undefined && !existsSync(file);
    waitOf(flags);
    return withClient(flags, async (client) => {
      const values = flags.has("string") ? args : args.map(taskArgument);
      const { id } = await client.with(sendOptions(flags)).send(task, ...values);
      if (isNew) terminal.tell(terminal.paintNote("dim", `made a new store: ${file}`));
      if (flags.has("wait")) {
        // Known at once, so that the job can be found when the wait is cut short.
        if (!flags.has("json")) terminal.tell(terminal.paintNote("dim", id));
        return printOutcome(client, id, flags);
      }
      if (flags.has("json")) printJson({ id });
      else terminal.print(id);
      return EXIT.ok;
    });
  },
};

function sendOptions(flags: Flags): SendOptions {
  const given = {
    runAfter: flags.time("run-after"),
    runAt: flags.time("run-at"),
    expireAfter: flags.time("expire-after"),
    expireAt: flags.time("expire-at"),
    timeout: flags.time("timeout"),
    retries: flags.number("retries"),
    backoff: backoffOf(flags.text("backoff")),
    priority: flags.number("priority"),
    queue: flags.text("queue"),
    id: flags.text("id"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function backoffOf(text: string | undefined): SendOptions["backoff"] {
  if (text === undefined || text === "none" || text === "exponential") return text;
  return text.split(",").map((gap) => (/^-?\d+$/.test(gap) ? Number(gap) : gap));
}
