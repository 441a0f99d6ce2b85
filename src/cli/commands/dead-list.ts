import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { pageQuery, printPage } from "../job-listing.ts";
import { withExisting } from "../session.ts";

export const deadList: CommandDeclaration = {
  usage: "dead list",
  summary: "List dead letters: jobs that failed for good",
  flags: [
    ["--queue <name>", "Only jobs of this queue"],
    ["--task <name>", "Only jobs of this task"],
    ["--limit <n>", "At most so many, 1 to 1000 (default: 50)"],
    ["--cursor <cursor>", "Go on where an earlier page ended"],
  ],
  examples: [
    ["millrace dead list", "the latest 50, with their errors"],
    ["millrace dead list --task fetch-page", "those of one task"],
  ],
  run: (_words, flags) =>
    withExisting(flags, async (client) => {
      printPage(await client.dead.list(pageQuery(flags)), flags, "no dead letters", "dead list");
      return EXIT.ok;
    }),
};
