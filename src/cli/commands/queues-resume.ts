import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

export const queuesResume: CommandDeclaration = {
  usage: "queues resume <queue>",
  summary: "Let a paused queue go on",
  flags: [],
  examples: [["millrace queues resume web", "workers take its jobs again"]],
  run: ([queue = ""], flags) =>
    withExisting(flags, async (client) => {
      await client.resumeQueue(queue);
      if (flags.has("json")) printJson({ queue, paused: false });
      else terminal.print(`resumed ${visible(queue)}`);
      return EXIT.ok;
    }),
};
