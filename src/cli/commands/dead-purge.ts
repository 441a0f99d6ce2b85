import type { CommandDeclaration } from "../command.ts";
import { chosenIds, printTally } from "../dead-choice.ts";
import { withExisting } from "../session.ts";

export const deadPurge: CommandDeclaration = {
  usage: "dead purge [...ids]",
  summary: "Delete dead letters: those named, or all",
  flags: [["--all", "Every dead letter"]],
  examples: [
    ["millrace dead purge 0mwpvq5bqgzxmsnhkc4h0000", "one of them; its id is unknown from then on"],
    ["millrace dead purge --all", "all of them"],
  ],
  run: async (words, flags) => {
    const ids = chosenIds("purge", words, flags);
    return withExisting(flags, async (client) => {
      const count = await client.dead.purge(ids === "all" ? undefined : ids);
      return printTally("purged", count, ids === "all" ? count : ids.length, flags);
    });
  },
};
