/*
 * The demonstration, `npm start`: two worker processes on one SQLite file count and hash the files of this repository,
 * one job for each; half-way one of them is killed. Exit code 0 only if nothing was lost and every number is right.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, Millrace } from "../src/index.ts";
import { countFile } from "./count-file.ts";
import { directCount } from "./direct-count.ts";
import { inputFiles } from "./input-files.ts";
import { type Times, printReport } from "./report.ts";
import { type Progress, Screen, say } from "./screen.ts";
import { paint, plural } from "./text.ts";
import { type Counted, verdict } from "./verdict.ts";
import { WorkerProcess } from "./worker-process.ts";

/** How long the killed worker's jobs stay its own: short, so that the demo is. The default is 10 s. */
const LEASE = "2s";
/** Jobs that one worker runs at a time. */
const CONCURRENCY = 16;
/** Jobs that the sender has under way at a time. */
const UNDER_WAY = 250;

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "millrace-demo-"));
const workers: WorkerProcess[] = [];

process.once("SIGINT", () => void leave().then(() => process.exit(130)));
process.once("SIGTERM", () => void leave().then(() => process.exit(143)));
try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  say(`\n  ${paint("red", "✗")} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  await leave();
}

async function run(): Promise<boolean> {
  const store = `sqlite:${join(folder, "demo.db")}`;
  const files = inputFiles(root);
  say(
    `\n  ${paint("bold", "Millrace")}  ${plural(files.length, "file")} of this repository and its node_modules, one job each`,
  );
  say(
    paint(
      "dim",
      `  Two worker processes on one SQLite file, synchronous=FULL. Node ${process.versions.node}, ${availableParallelism()} cores\n`,
    ),
  );
  const direct = new Map(files.map((path) => [path, directCount(path)]));

  await using app = new Millrace({ store, tasks: [countFile] });
  const client = app.client();
  // Looks at the file by itself: what is sent waits for the worker that is killed, if that is writing just then.
  await using onlooker = new Millrace({ store });
  await onlooker.client().queues();
  for (const name of ["worker A", "worker B"]) {
    workers.push(await WorkerProcess.start(name, store, LEASE, CONCURRENCY));
  }

  const progress: Progress = { total: files.length, sent: 0, finished: 0, note: "", workers };
  const screen = new Screen(progress);
  const startedAt = performance.now();
  let atKill: Pick<Times, "untilKillMs" | "doneAtKill"> | undefined;
  let killing: Promise<void> | undefined;
  const onFinished = (): void => {
    progress.finished += 1;
    if (killing !== undefined || progress.finished < files.length / 2) return;
    atKill = { untilKillMs: performance.now() - startedAt, doneAtKill: progress.finished };
    killing = killOne(onlooker.client(), progress, screen);
  };

  const counted: Counted[] = [];
  const waiting = files.entries();
  const sender = async (): Promise<void> => {
    for (const [at, path] of waiting) {
      const sentAt = performance.now();
      const job = await client.send(countFile, path);
      progress.sent += 1;
      const record = await job.wait({ timeout: "40s" }).catch(() => undefined);
      counted[at] = {
        path,
        direct: direct.get(path)!,
        record,
        tookMs: performance.now() - sentAt,
      };
      onFinished();
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, sender));
  const totalMs = performance.now() - startedAt;
  await killing;
  progress.note = "";
  for (const worker of workers) worker.ended(counted.filter(({ record }) => record?.worker === worker.name).length);
  screen.close();

  const result = verdict(counted);
  const problems = [...result.problems];
  const code = await workers[0]?.stop();
  if (code !== 0) problems.push(`the other worker ended with code ${String(code)}`);
  printReport(
    { ...result, problems },
    { totalMs, untilKillMs: 0, doneAtKill: 0, ...atKill, tookMs: counted.map(({ tookMs }) => tookMs) },
  );
  return problems.length === 0;
}

/** Kills a worker while it has jobs, and says how many they are. */
async function killOne(client: Client, progress: Progress, screen: Screen): Promise<void> {
  const victim = progress.workers.at(-1);
  if (victim === undefined) return;
  const held = async (): Promise<number> =>
    (await client.list({ state: "running", limit: 1_000 })).jobs.filter(({ worker }) => worker === victim.name).length;
  victim.freeze();
  while ((await held()) === 0 && progress.finished < progress.total) {
    victim.thaw();
    await new Promise((resolve) => setTimeout(resolve, 1));
    victim.freeze();
  }
  await victim.kill();
  const left = await held();
  screen.event(paint("red", `${victim.name} was killed (SIGKILL) in the middle of ${plural(left, "job")}`));
  progress.note = `${plural(left, "job")} of ${victim.name} will be run again when the lease is over (${LEASE})`;
}

async function leave(): Promise<void> {
  for (const worker of workers) await worker.kill();
  rmSync(folder, { recursive: true, force: true });
}
