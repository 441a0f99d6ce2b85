import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

export const queuesPause: CommandDeclaration = {
  usage: "queues pause <queue>",
  summary: "Hold back the jobs of a queue, for every worker",
  flags: [],
  examples: [["millrace queues pause web", "what waits goes on waiting, what runs goes on running"]],
  run: ([queue = ""], flags) =>
    withExisting(flags, async (client) => {
      await client.pauseQueue(queue);
      if (flags.has("json")) printJson({ queue, paused: true });
      else terminal.print(`paused ${visible(queue)}`);
      return EXIT.ok;
    }),
};
