import { JobUnknownError, ResultTimeoutError } from "../../errors/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { printOutcome } from "../outcome.ts";
import { withExisting } from "../session.ts";

export const result: CommandDeclaration = {
  usage: "result <id>",
  summary: "Print the result of a job, now or once it is there",
  flags: [["--wait <time>", "Wait this long for the job to finish, as in 5s (default: not at all)"]],
  examples: [
    ["millrace result 0mwpvq5bqgzxmsnhkc4h0000", "the value, if the job has finished"],
    ["millrace result 0mwpvq5bqgzxmsnhkc4h0000 --wait 30s", "the value, as soon as it is there"],
  ],
  run: ([id = ""], flags) =>
    withExisting(flags, async (client) => {
      if (flags.has("wait")) return printOutcome(client, id, flags);
      const job = await client.get(id);
      if (job === undefined)
        throw new JobUnknownError(`there is no job ${id}: never sent, or purged`, { details: { id } });
      if (!job.isFinal) {
        throw new ResultTimeoutError(`job ${id} is ${job.state}: it has no result yet`, {
          details: { id, state: job.state },
        });
      }
      return printOutcome(client, id, flags);
    }),
};
