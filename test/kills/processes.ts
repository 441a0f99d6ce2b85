import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Millrace } from "../../src/index.ts";

const silent = (): void => {};

/** The same modules are compiled in each process and in its store's thread: with a cache, once. */
const CACHE = process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "millrace-compile-cache");

/** What a task or a producer left in a ledger. */
export interface Entry {
  readonly id: string;
  readonly what?: string;
  readonly attempt?: number;
  readonly crashes?: number;
  readonly pid?: number;
  readonly at?: number;
  readonly round?: number;
}

/** A program under test, in a process of its own. */
export class Program {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #exited: Promise<unknown>;
  error = "";

  constructor(name: string, folder: string, wish: object = {}) {
    const entry = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
    const env = { ...process.env, NODE_COMPILE_CACHE: CACHE };
    this.child = spawn(process.execPath, [entry, folder, JSON.stringify(wish)], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    this.#exited = once(this.child, "exit");
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
      void this.#exited.then(() => {
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
    await this.#exited;
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }
}

/** One test's folder, programs and app; everything is gone when it is disposed. */
export class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly app: Millrace;
  readonly #programs: Program[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.app = new Millrace({
      store: `sqlite:${join(folder, "jobs.db")}`,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  static async make(): Promise<Scene> {
    return new Scene(await mkdtemp(join(tmpdir(), "millrace-kills-")));
  }

  run(name: string, wish: object = {}): Program {
    const program = new Program(name, this.folder, wish);
    this.#programs.push(program);
    return program;
  }

  /** Starts a worker and waits until it reserves jobs. */
  async worker(wish: object = {}): Promise<Program> {
    const worker = this.run("worker", wish);
    await worker.said(/^ready/);
    return worker;
  }

  /** What is in a ledger; a last line that a kill cut off is not an entry. */
  ledger(name: string): Entry[] {
    const path = join(this.folder, `${name}.ledger`);
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Entry);
  }

  /** Waits for a change that no event tells of, such as another process's line in a ledger. */
  async until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
    const until = performance.now() + limitMs;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`not within ${limitMs} ms: ${what}`);
      await sleep(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) await program.kill();
    await this.app.close();
    await rm(this.folder, { recursive: true });
  }
}
