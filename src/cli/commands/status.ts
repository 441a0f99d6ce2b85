import { jobDocument } from "../../core/index.ts";
import { JobUnknownError } from "../../errors/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { jobPage } from "../job-page.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { terminal } from "../terminal.ts";

export const status: CommandDeclaration = {
  usage: "status <id>",
  summary: "Show everything about one job",
  flags: [],
  examples: [
    ["millrace status 0mwpvq5bqgzxmsnhkc4h0000", "state, times, result or error, every attempt"],
    ["millrace status 0mwpvq5bqgzxmsnhkc4h0000 --json", "the same for a program"],
    ["millrace status 0mwpvq5bqgzxmsnhkc4h0000 --debug", "with the stack of its error"],
  ],
  run: ([id = ""], flags) =>
    withExisting(flags, async (client) => {
      const job = await client.get(id);
      if (job === undefined)
        throw new JobUnknownError(`there is no job ${id}: never sent, or purged`, { details: { id } });
      if (flags.has("json")) printJson(jobDocument(job));
      else for (const line of jobPage(job, { stacks: flags.has("debug") })) terminal.print(line);
      return EXIT.ok;
    }),
};
