import type { WorkerOptions } from "../../index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { EXECUTABLE_FLAGS, executablesOf } from "../executable-flags.ts";
import type { Flags } from "../flags.ts";
import { queueChoice } from "../queue-choice.ts";
import { QuietLogger } from "../quiet-logger.ts";
import { openApp, placeOf } from "../session.ts";
import { tasksOf } from "../tasks-file.ts";
import { UsageError } from "../usage-error.ts";
import { WorkerReport } from "../worker-report.ts";

export const worker: CommandDeclaration = {
  usage: "worker [tasks-file]",
  summary: "Run the jobs of the tasks that a module exports, or of the programs in a folder",
  flags: [
    [
      "--queue <name:n>",
      "Serve this queue, n jobs at once; may be repeated (default: the queues of the tasks, 10 each)",
      "repeatable",
    ],
    ["--grace <time>", "How long running jobs may take after a first SIGTERM or SIGINT (default: 30s)"],
    ["--lease <time>", "How long a job stays this worker's after it dies (default: 10s)"],
    ["--name <name>", "What records and logs call it (default: host, process id and a random part)"],
    [
      "--timeout <time>",
      "How long one attempt at a job may run, where neither task nor send says it (default: no limit)",
    ],
    ...EXECUTABLE_FLAGS,
  ],
  examples: [
    ["millrace worker ./tasks.ts", "serve the queues of its tasks"],
    ["millrace worker ./tasks.ts --queue default:10 --queue web:4", "serve these two"],
    ["millrace worker --bin ./bin --timeout 1m", "run the executable files of a folder as tasks"],
    ["millrace worker ./tasks.ts --grace 5m --store sqlite:/var/lib/shop.db", "let long jobs finish before it stops"],
  ],
  run: async ([file], flags) => {
    const executables = executablesOf(flags);
    if (file === undefined && executables === undefined) {
      throw new UsageError(
        "worker needs a tasks file, a folder of executables, or both",
        "millrace worker ./tasks.ts --bin ./bin",
      );
    }
    const place = placeOf(flags);
    const manner = { json: flags.has("json"), debug: flags.has("debug") };
    const queues = flags.texts("queue");
    const choice = queues === undefined ? undefined : queueChoice(queues);
    const tasks = file === undefined ? [] : await tasksOf(file);
    // What concerns a job, or how programs are held, comes as an event, too, and is reported from there.
    const logger = new QuietLogger(manner.debug, ({ task, containment }) => (task ?? containment) !== undefined);
    const timeout = flags.time("timeout");
    await using app = openApp(place, flags, logger, timeout === undefined ? {} : { timeout });
    const worker = app.worker({
      tasks,
      ...workerOptions(flags),
      ...(executables === undefined ? {} : { executables }),
      ...(choice === undefined ? {} : { queues: choice }),
    });
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
