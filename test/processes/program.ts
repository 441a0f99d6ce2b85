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

/** A program of the tests' own, in a process of its own; killed when it is disposed. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has written to standard output. */
  readonly lines: string[] = [];
  /** What it has written to standard error. */
  error = "";
  readonly #listeners = new Set<() => void>();
  readonly #closed: Promise<unknown>;

  constructor(entry: URL, args: readonly string[], { env, descriptors, ...who }: Surroundings = {}) {
    const limited = descriptors === undefined ? "" : `ulimit -n ${descriptors} && `;
    this.child = spawn("sh", ["-c", `${limited}exec "$0" "$@"`, process.execPath, fileURLToPath(entry), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: CACHE, ...env },
      ...who,
    });
    this.#closed = once(this.child, "close");
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      this.lines.push(line);
      for (const listener of this.#listeners) listener();
    });
    this.child.stderr!.on("data", (data: Buffer) => {
      this.error += data.toString();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves with the first line, come or to come, that matches. */
  said(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const line = this.lines.find((each) => pattern.test(each));
        if (line === undefined) return;
        this.#listeners.delete(look);
        resolve(line);
      };
      this.#listeners.add(look);
      look();
      void this.#closed.then(() => {
        look();
        reject(new Error(`the program ended before it said ${String(pattern)}: ${this.error}`));
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it with SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!this.hasEnded) this.child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    await this.#closed;
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
