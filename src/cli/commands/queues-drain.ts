import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

export const queuesDrain: CommandDeclaration = {
  usage: "queues drain <queue>",
  summary: "Cancel everything that waits in a queue; what runs goes on",
  flags: [],
  examples: [["millrace queues drain web", "queued, scheduled and retrying jobs are cancelled"]],
  run: ([queue = ""], flags) =>
    withExisting(flags, async (client) => {
      const cancelled = await client.drainQueue(queue);
      if (flags.has("json")) printJson({ queue, cancelled });
      else terminal.print(`cancelled ${cancelled} job${cancelled === 1 ? "" : "s"} in ${visible(queue)}`);
      return EXIT.ok;
    }),
};
