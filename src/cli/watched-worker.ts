import { type ChildProcess, spawn } from "node:child_process";
import { type FSWatcher, watch } from "node:fs";
import { dirname, extname, relative, resolve } from "node:path";
import type { Logger } from "../index.ts";
import { EXIT } from "./exit-codes.ts";
import { type LoadedFile, WATCHED } from "./loaded-files.ts";

/** Changes of these are changes of a program. */
const PROGRAM_FILES = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", ".yaml", ".yml"]);
/** An editor changes a file in several steps. */
const SETTLE_MS = 100;

/**
 * For development: runs a worker in a process of its own, and starts it again when a file beside one that it loaded
 * changes. The old one stops gracefully first: its running jobs finish within its grace time.
 *
 * Resolves with the exit code once it is told to stop.
 */
export class WatchedWorker {
  readonly #args: readonly string[];
  readonly #logger: Logger;
  readonly #watchers = new Map<string, FSWatcher>();
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isRestarting = false;
  #isStopping = false;
  #ended: (code: number) => void = () => {};

  /**
   * @param args of the command line, without `--watch`
   * @param files to watch before anything is loaded, such as the configuration
   */
  constructor(args: readonly string[], files: readonly string[], logger: Logger) {
    this.#args = args;
    this.#logger = logger;
    for (const file of files) this.#watchBeside(resolve(file));
  }

  run(): Promise<number> {
    const forward = (signal: NodeJS.Signals): void => this.#stop(signal);
    process.on("SIGTERM", forward);
    process.on("SIGINT", forward);
    const ended = new Promise<number>((resolve) => {
      this.#ended = resolve;
    });
    this.#start();
    return ended.finally(() => {
      clearTimeout(this.#timer);
      for (const watcher of this.#watchers.values()) watcher.close();
      process.off("SIGTERM", forward);
      process.off("SIGINT", forward);
    });
  }

  #start(): void {
    this.#isRestarting = false;
    const [, program = ""] = process.argv;
    const child = spawn(process.execPath, [...process.execArgv, program, ...this.#args], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, [WATCHED]: "1" },
    });
    this.#child = child;
    child.on("message", (message) => this.#watchBeside((message as LoadedFile).loaded));
    child.on("exit", (code) => {
      this.#child = undefined;
      if (this.#isStopping) this.#ended(code ?? EXIT.failed);
      else if (this.#isRestarting) this.#start();
      else this.#logger.warn("waiting for a change", { event: "ended", code });
    });
  }

  #stop(signal: NodeJS.Signals): void {
    this.#isStopping = true;
    if (this.#child === undefined) this.#ended(EXIT.ok);
    else this.#child.kill(signal);
  }

  #watchBeside(file: string): void {
    const folder = dirname(file);
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_, name) => {
        if (name !== null && PROGRAM_FILES.has(extname(name))) this.#changed(resolve(folder, name));
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#logger.warn("this folder cannot be watched", { folder, error: String(error) });
    }
  }

  #changed(file: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isStopping || this.#isRestarting) return;
      this.#logger.info(`${relative("", file)} changed`, { event: "restarting", file });
      if (this.#child === undefined) {
        this.#start();
        return;
      }
      this.#isRestarting = true;
      this.#child.kill("SIGTERM");
    }, SETTLE_MS);
  }
}
