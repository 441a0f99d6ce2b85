/*
 * The entry of a launcher: it starts programs for its worker, and ends all of them when the worker lets it go, or dies.
 * Started by launcher-process.ts.
 */
import { setFlagsFromString } from "node:v8";
import type { Logger } from "../../contracts/index.ts";
import { KeepAlive } from "../../internal/keep-alive.ts";
import { type FoundContainment, findContainment, leaveSignalsToWorker } from "../containment/index.ts";
import { CheckedFile, Program, type ProgramCall, type ProgramFile, WorkFolders } from "../executable/index.ts";
import type { FromLauncher, LauncherSetting, ToLauncher } from "./launcher-messages.ts";
import { LineClipper } from "./line-clipper.ts";
import { sentFailure } from "./sent-failure.ts";

interface Run {
  program?: Program;
  /** What was asked for before there was a program to do it to. */
  wish?: "stop" | "kill";
}

// Optimized code, and the memory that it takes to make it, would be copied with every fork, for work that is the system's mostly.
// Said here and not on the command line: a Node that knew one of them no longer would not start there.
for (const flag of ["--no-opt", "--no-maglev"]) setFlagsFromString(flag);

const setting = JSON.parse(process.argv[2] ?? "{}") as LauncherSetting;
let found: Promise<FoundContainment> | undefined = findAnew();
const ignored = (): void => undefined;
const logger: Logger = {
  debug: ignored,
  info: ignored,
  warn: (message, fields = {}) => void post({ type: "warning", message, fields }),
  error: ignored,
};
const workFolders = new WorkFolders(setting.workFolder, logger);
const files = new Map<number, ProgramFile>();
const runs = new Map<number, Run>();

leaveSignalsToWorker();
process.on("message", (message: ToLauncher) => {
  if (message.type === "file") files.set(message.file, message.of);
  else if (message.type === "run") void launch(message.run, files.get(message.file), message.call);
  else {
    const run = runs.get(message.run);
    if (run === undefined) return;
    run.wish = message.type;
    run.program?.[message.type]();
  }
});
process.once("disconnect", () => void end());

async function launch(id: number, file: ProgramFile | undefined, { args, env, input }: ProgramCall): Promise<void> {
  const run: Run = {};
  runs.set(id, run);
  try {
    if (file === undefined) throw new Error("the launcher was not told of this file");
    found ??= findAnew();
    const { containment } = await found;
    const clipper = new LineClipper(file.plan.maxOutputBytes);
    const program = await Program.start(
      {
        task: file.name,
        file: CheckedFile.open(file),
        plan: file.plan,
        args,
        env: { ...file.env, ...env },
        channel: { write: (chunk) => said(id, clipper.clip(chunk)), close: ignored },
        speaks: input !== undefined,
      },
      { containment, workFolders },
    );
    run.program = program;
    if (run.wish !== undefined) program[run.wish]();
    program.stdin?.end(input);
    await post({ type: "over", run: id, ...(await program.over) });
  } catch (error) {
    await post({ type: "failed", run: id, failure: sentFailure(error) });
  } finally {
    runs.delete(id);
  }
}

/** What cannot be had now, for want of processes, may be there for the next run; those that wait for this one hear of it. */
function findAnew(): Promise<FoundContainment> {
  const finding = findContainment(setting.containment, setting.token);
  finding.catch(() => (found = undefined));
  return finding;
}

/** A program waits until what it said is on its way, so that little of it is kept here. */
function said(run: number, chunk: Buffer): Promise<void> | undefined {
  return chunk.length === 0 ? undefined : post({ type: "said", run, chunk });
}

/** Resolves when it is on its way, or nobody is there to get it. */
function post(message: FromLauncher): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

async function end(): Promise<void> {
  // What is waited for here keeps no process alive.
  new KeepAlive().hold();
  await (await found?.catch(() => undefined))?.containment.close();
  await workFolders.close();
  process.exit();
}
