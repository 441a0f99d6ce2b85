import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The same modules are compiled in each process and in its store's thread: with a cache, once. */
const CACHE = process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "millrace-compile-cache");

/** What a program finds around it. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** How many files it may have open. */
  readonly descriptors?: number;
  /** Who runs it; only root may choose. */
  readonly uid?: number;
}

/** One of the programs beside this, in a process of its own; killed when it is disposed. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  #look: () => void = () => undefined;
  error = "";

  constructor(name: string, args: readonly string[], { env, descriptors, ...who }: Surroundings = {}) {
    const command = [process.execPath, fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url)), ...args];
    const limited = descriptors === undefined ? "" : `ulimit -n ${descriptors} && `;
    this.child = spawn("sh", ["-c", `${limited}exec "$0" "$@"`, ...command], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: CACHE, ...env },
      ...who,
    });
    this.ended = once(this.child, "close").then(() => this.child.exitCode);
    this.child.stderr?.on("data", (data: Buffer) => {
      this.error += data.toString();
    });
    if (this.child.stdout === null) return;
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      this.#look();
    });
  }

  /** Resolves with the first line that matches, once it is there. */
  said(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const line = this.lines.find((each) => pattern.test(each));
        if (line !== undefined) resolve(line);
      };
      this.#look();
      void this.ended.then(() => {
        this.#look();
        reject(new Error(`the program ended before it said ${String(pattern)}: ${this.error}`));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
