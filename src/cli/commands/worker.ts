import type { Configuration, SettingKey } from "../../config/index.ts";
import type { Logger, Worker, WorkerOptions } from "../../index.ts";
import type { CommandDeclaration } from "../command.ts";
import { logCrashes } from "../crash-line.ts";
import { LOG_SETTINGS, daemonLog } from "../daemon-log.ts";
import { EXECUTABLE_FLAGS, executablesOf } from "../executable-flags.ts";
import { EXIT } from "../exit-codes.ts";
import { tellOfLoadedFiles } from "../loaded-files.ts";
import { notifyService } from "../service-notice.ts";
import { openApp, placeOf } from "../session.ts";
import { tasksOf } from "../tasks-file.ts";
import { UsageError } from "../usage-error.ts";
import { WatchedWorker } from "../watched-worker.ts";
import { withoutToldLines } from "../without-told-lines.ts";
import { WorkerReport } from "../worker-report.ts";

const OWN: readonly SettingKey[] = [
  "worker.queues",
  "worker.grace",
  "worker.lease",
  "worker.name",
  "timeout",
  ...LOG_SETTINGS,
  "worker.bin",
];

export const worker: CommandDeclaration = {
  usage: "worker [...tasks-files]",
  summary: "Run the jobs of the tasks that modules export, or of the programs in a folder",
  settings: OWN,
  flags: [...EXECUTABLE_FLAGS, ["--watch", "For development: start again, gracefully, when a file changes"]],
  examples: [
    ["millrace worker ./tasks.ts", "serve the queues of its tasks"],
    ["millrace worker ./tasks.ts --queue default:10 --queue web:4", "serve these two"],
    ["millrace worker ./tasks.ts --queue mail:2@500ms", "two at once, half a second between two starts"],
    ["millrace worker --bin ./bin --timeout 1m", "run the executable files of a folder as tasks"],
    ["millrace worker ./tasks.ts --grace 5m --store sqlite:/var/lib/shop.db", "let long jobs finish before it stops"],
    ["millrace worker --config /etc/shop.yaml", "as the file says, its tasks included"],
  ],
  run: async (words, flags) => {
    const place = await placeOf(flags, OWN);
    const { configuration } = place;
    const files = words.length > 0 ? words : (configuration.get("worker.tasks") ?? []);
    const executables = executablesOf(configuration, flags);
    if (files.length === 0 && executables === undefined) {
      throw new UsageError(
        "worker needs a tasks file, a folder of executables, or both; worker.tasks and worker.bin in a configuration file will do",
        "millrace worker ./tasks.ts --bin ./bin",
      );
    }
    const { logger, level } = daemonLog(configuration, { json: flags.has("json"), debug: flags.has("debug") });
    logCrashes(logger, flags.has("debug"));
    for (const remark of configuration.remarks) logger.warn(remark);
    if (flags.has("watch")) {
      const watched = [...files, ...(configuration.file === undefined ? [] : [configuration.file])];
      return new WatchedWorker(flags.without("watch"), watched, logger).run();
    }
    tellOfLoadedFiles();
    // A module may export again what another one does: the same task, known once.
    const tasks = [...new Set((await Promise.all(files.map((file) => tasksOf(file)))).flat())];
    const debug = level === "debug" && (configuration.get("log.args") === true ? "arguments" : true);
    await using app = openApp(place, withoutToldLines(logger), debug);
    const worker = app.worker({
      tasks,
      ...workerOptions(configuration),
      ...(executables === undefined ? {} : { executables }),
    });
    const report = new WorkerReport(logger, { debug: flags.has("debug") });
    report.follow(worker);
    const stopped = stopOf(worker, logger);
    await worker.start();
    report.ready(worker, tasks, place.store);
    await notifyService("ready", `${worker.name} serves ${[...worker.queues.keys()].join(", ")}`, logger);
    await stopped;
    await app.close();
    // Tasks may have left a pool or a server open, which must not keep a stopped worker alive.
    process.stdout.write("", () => process.exit(EXIT.ok));
    return EXIT.ok;
  },
};

function stopOf(worker: Worker, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    worker.on("stopping", () => void notifyService("stopping", `${worker.health.running} jobs are running`, logger));
    worker.on("stopped", () => resolve());
  });
}

function workerOptions(configuration: Configuration): Omit<WorkerOptions, "tasks"> {
  return configuration.pick({
    queues: "worker.queues",
    name: "worker.name",
    handleSignals: "worker.grace",
    lease: "worker.lease",
    unknownTaskLimit: "worker.unknownTaskLimit",
    maxCrashes: "worker.maxCrashes",
    reserveAhead: "worker.reserveAhead",
    callbackConcurrency: "worker.callbackConcurrency",
  });
}
