import type { CommandDeclaration } from "../command.ts";
import { chosenIds, printTally } from "../dead-choice.ts";
import { withExisting } from "../session.ts";

export const deadReplay: CommandDeclaration = {
  usage: "dead replay [...ids]",
  summary: "Run dead letters again: those named, or all",
  flags: [
    ["--all", "Every dead letter, or with --queue and --task those of them"],
    ["--queue <name>", "With --all: only jobs of this queue"],
    ["--task <name>", "With --all: only jobs of this task"],
  ],
  examples: [
    ["millrace dead replay 0mwpvq5bqgzxmsnhkc4h0000", "one of them, with a fresh count of attempts"],
    ["millrace dead replay --all --task fetch-page", "all of one task, after its bug is fixed"],
  ],
  run: async (words, flags) => {
    const ids = chosenIds("replay", words, flags);
    return withExisting(flags, async (client) => {
      if (ids === "all") {
        const queue = flags.text("queue");
        const task = flags.text("task");
        const count = await client.dead.replayAll({
          ...(queue === undefined ? {} : { queue }),
          ...(task === undefined ? {} : { task }),
        });
        return printTally("replayed", count, count, flags);
      }
      const [only = ""] = ids;
      const jobs = await client.dead.replay(ids.length === 1 ? only : ids);
      return printTally("replayed", jobs.length, ids.length, flags);
    });
  },
};
