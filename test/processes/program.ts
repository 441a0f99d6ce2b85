import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program of the tests' own, in a process of its own; killed when it is disposed. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has written to standard output. */
  readonly lines: string[] = [];
  /** What it has written to standard error. */
  error = "";
  readonly #listeners = new Set<() => void>();
  readonly #closed: Promise<unknown>;

  constructor(entry: URL, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [fileURLToPath(entry), ...args], { stdio: ["ignore", "pipe", "pipe"] });
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
