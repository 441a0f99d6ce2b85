import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printPage, pageQuery } from "../job-listing.ts";
import { withExisting } from "../session.ts";
import { stateNamed } from "../state-style.ts";

export const list: CommandDeclaration = {
  usage: "list",
  summary: "List jobs, newest first",
  flags: [
    ["--queue <name>", "Only jobs of this queue"],
    ["--state <state>", "Only jobs in this state, such as queued or failed"],
    ["--task <name>", "Only jobs of this task"],
    ["--limit <n>", "At most so many, 1 to 1000 (default: 50)"],
    ["--cursor <cursor>", "Go on where an earlier page ended"],
  ],
  examples: [
    ["millrace list", "the latest 50"],
    ["millrace list --state running", "what is being done now"],
    ["millrace list --task fetch-page --state retrying --json", "for a program"],
  ],
  run: async (_words, flags) => {
    const state = flags.text("state");
    const query = { ...pageQuery(flags), ...(state === undefined ? {} : { state: stateNamed(state) }) };
    return withExisting(flags, async (client) => {
      printPage(await client.list(query), flags, "no jobs", "list");
      return EXIT.ok;
    });
  },
};
