import type { WorkerOptions } from "../../index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Flags } from "../flags.ts";
import { queueChoice } from "../queue-choice.ts";
import { QuietLogger } from "../quiet-logger.ts";
import { openApp, placeOf } from "../session.ts";
import { tasksOf } from "../tasks-file.ts";
import { WorkerReport } from "../worker-report.ts";

export const worker: CommandDeclaration = {
  usage: "worker <tasks-file>",
  summary: "Run the jobs of the tasks that a module exports",
  flags: [
    [
      "--queue <name:n>",
      "Serve this queue, n jobs at once; may be repeated (default: the queues of the tasks, 10 each)",
      "repeatable",
    ],
    ["--grace <time>", "How long running jobs may take after a first SIGTERM or SIGINT (default: 30s)"],
    ["--lease <time>", "How long a job stays this worker's after it dies (default: 10s)"],
    ["--name <name>", "What records and logs call it (default: host, process id and a random part)"],
  ],
  examples: [
    ["millrace worker ./tasks.ts", "serve the queues of its tasks"],
    ["millrace worker ./tasks.ts --queue default:10 --queue web:4", "serve these two"],
    ["millrace worker ./tasks.ts --grace 5m --store sqlite:/var/lib/shop.db", "let long jobs finish before it stops"],
  ],
  run: async ([file = ""], flags) => {
    const place = placeOf(flags);
    const manner = { json: flags.has("json"), debug: flags.has("debug") };
    const queues = flags.texts("queue");
    const choice = queues === undefined ? undefined : queueChoice(queues);
    const tasks = await tasksOf(file);
    // What concerns a job comes as an event, too, and is reported from there.
    const logger = new QuietLogger(manner.debug, (fields) => fields["task"] !== undefined);
    await using app = openApp(place, flags, logger);
    const worker = app.worker({ tasks, ...workerOptions(flags), ...(choice === undefined ? {} : { queues: choice }) });
    const report = new WorkerReport(manner);
    report.follow(worker);
    const stopped = new Promise<void>((resolve) => {
      worker.on("stopped", () => resolve());
    });
    await worker.start();
    report.ready(worker, tasks, place.store);
    await stopped;
    await app.close();
    // Tasks may have left a pool or a server open, which must not keep a stopped worker alive.
    process.stdout.write("", () => process.exit(EXIT.ok));
    return EXIT.ok;
  },
};

function workerOptions(flags: Flags): Omit<WorkerOptions, "tasks"> {
  const lease = flags.time("lease");
  const name = flags.text("name");
  return {
    handleSignals: flags.time("grace") ?? true,
    ...(lease === undefined ? {} : { lease }),
    ...(name === undefined ? {} : { name }),
  };
}
