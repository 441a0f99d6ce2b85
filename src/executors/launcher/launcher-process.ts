import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../contracts/index.ts";
import { ProcessExitError } from "../../errors/index.ts";
import { entryBeside } from "../../internal/entry-beside.ts";
import { sweep } from "../containment/index.ts";
import {
  KeptOutput,
  type OrderedProgram,
  type ProgramCall,
  type ProgramEnd,
  type ProgramFile,
  startFailure,
} from "../executable/index.ts";
import type { FromLauncher, LauncherSetting, ToLauncher } from "./launcher-messages.ts";
import { receivedFailure } from "./sent-failure.ts";

/** It collects its garbage often, and stays at 70 MB, where it would pass 200 in 30,000 programs: the smaller, the faster it forks. */
const SMALL = ["--max-semi-space-size=1"];

/** One that gives no sign of its end by then, because it was stopped or waits for a disk, is ended, and so is what it started. */
const CLOSE_LIMIT_MS = 5_000;

interface Run {
  readonly task: string;
  readonly heard: (chunk: Buffer) => void;
  readonly resolve: (end: ProgramEnd) => void;
  readonly reject: (why: unknown) => void;
}

/** A launcher that runs, and the programs that it was told to start. */
export class LauncherProcess {
  /** Resolves when it is gone, with all that it started. */
  readonly over: Promise<void>;
  readonly #logger: Logger;
  readonly #child: ChildProcess;
  readonly #files = new Map<ProgramFile, number>();
  readonly #runs = new Map<number, Run>();
  #launched = 0;
  #isOver = false;
  #isClosing = false;

  constructor(setting: LauncherSetting, logger: Logger) {
    this.#logger = logger;
    const args = [...SMALL, fileURLToPath(entryBeside(import.meta.url, "main")), JSON.stringify(setting)];
    this.#child = spawn(process.execPath, args, {
      // Its own faults are to be seen; programs write elsewhere.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      // In a session of its own: what is sent to the worker's process group must not end it.
      detached: true,
      // What the worker's Node was told, such as a port for a debugger, is not for this one.
      env: { ...process.env, NODE_OPTIONS: undefined },
      cwd: "/",
      // Bytes are kept.
      serialization: "advanced",
    });
    this.#child.on("message", (message) => this.#hear(message as FromLauncher));
    this.over = this.#untilOver(setting.token);
    this.#hold(false);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Programs that it was told to start, and that are not over. */
  get underWay(): number {
    return this.#runs.size;
  }

  launch(file: ProgramFile, call: ProgramCall, heard: (chunk: Buffer) => void): OrderedProgram {
    this.#launched += 1;
    const run = this.#launched;
    if (this.#runs.size === 0) this.#hold(true);
    const over = new Promise<ProgramEnd>((resolve, reject) => {
      this.#runs.set(run, { task: file.name, heard, resolve, reject });
    });
    this.#post({ type: "run", run, file: this.#numberOf(file), call });
    return {
      over,
      stop: () => this.#post({ type: "stop", run }),
      kill: () => this.#post({ type: "kill", run }),
    };
  }

  /** Lets it end all that it started, and itself. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#hold(true);
    if (this.#child.connected) this.#child.disconnect();
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), CLOSE_LIMIT_MS);
    await this.over;
    clearTimeout(limit);
  }

  #numberOf(file: ProgramFile): number {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const { folder, name, owners, plan, env } = file;
    const number = this.#files.size;
    this.#files.set(file, number);
    this.#post({ type: "file", file: number, of: { folder, name, owners, plan, env } });
    return number;
  }

  /** What does not reach it because it is gone, its end answers. */
  #post(message: ToLauncher): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromLauncher): void {
    if (message.type === "warning") {
      this.#logger.warn(message.message, message.fields);
      return;
    }
    const run = this.#runs.get(message.run);
    if (run === undefined) return;
    if (message.type === "said") {
      run.heard(message.chunk);
      return;
    }
    this.#runs.delete(message.run);
    if (this.#runs.size === 0) this.#hold(false);
    if (message.type === "failed") run.reject(receivedFailure(message.failure));
    else {
      const { exit, stdout, stderr } = message;
      run.resolve({ exit, stdout: new KeptOutput(stdout), stderr: new KeptOutput(stderr) });
    }
  }

  async #untilOver(token: string): Promise<void> {
    const { why, wasStarted } = await new Promise<{ why: (task: string) => unknown; wasStarted: boolean }>(
      (resolve) => {
        this.#child.on("error", (error) => resolve({ why: (task) => startFailure(task, error), wasStarted: false }));
        this.#child.once("exit", (code, signal) =>
          resolve({ why: (task) => lost(task, signal ?? `exit code ${code}`), wasStarted: true }),
        );
      },
    );
    this.#isOver = true;
    // Nothing of a job runs on when its attempt is over.
    if (wasStarted) await sweep(token);
    for (const { task, reject } of this.#runs.values()) reject(why(task));
    this.#runs.clear();
  }

  /** The worker's process lives on for programs that run, and not for this one alone. */
  #hold(held: boolean): void {
    const how = held ? "ref" : "unref";
    this.#child[how]();
    this.#child.channel?.[how]();
  }
}

/** What became of a program whose launcher ended. */
function lost(task: string, how: string): ProcessExitError {
  return new ProcessExitError(
    `"${task}" was ended by SIGKILL: the process that starts programs for this worker ended, by ${how}`,
    { details: { task, signal: "SIGKILL", stderr: "" } },
  );
}
