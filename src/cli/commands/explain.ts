import { JobUnknownError } from "../../errors/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { explanation } from "../explanation.ts";
import { liveWorkers } from "../live-workers.ts";
import { jobsAhead } from "../jobs-ahead.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { stateText } from "../state-style.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

export const explain: CommandDeclaration = {
  usage: "explain <id>",
  summary: "Say why a job is not running, or what it is doing",
  flags: [],
  examples: [
    ["millrace explain 0mwpvq5bqgzxmsnhkc4h0000", "who or what it waits for, and what to do about it"],
    ["millrace explain 0mwpvq5bqgzxmsnhkc4h0000 --json", "the same for a program"],
  ],
  run: ([id = ""], flags) =>
    withExisting(flags, async (client) => {
      const job = await client.get(id);
      if (job === undefined) {
        throw new JobUnknownError(`there is no job ${id}: never sent, or purged`, { details: { id } });
      }
      const queue = (await client.queues()).find((each) => each.queue === job.queue);
      const reasons = explanation({
        job,
        now: Date.now(),
        counts: queue?.counts ?? {},
        paused: queue?.paused === true,
        ahead: job.state === "queued" ? await jobsAhead(client, job) : undefined,
        workers: await liveWorkers(client),
      });
      if (flags.has("json")) {
        printJson({ id, state: job.state, reasons });
        return EXIT.ok;
      }
      terminal.print(`${stateText(job.state)}  ${terminal.paint("bold", visible(job.task))}  ${visible(id)}`);
      terminal.print("");
      for (const { text, advice } of reasons) {
        terminal.print(`  ${visible(text)}`);
        if (advice !== undefined) terminal.print(terminal.paint("dim", `    ${visible(advice)}`));
      }
      return EXIT.ok;
    }),
};
