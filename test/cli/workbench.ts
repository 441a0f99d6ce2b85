import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
/** Spares the processes most of their start, which is taking the types out of the same files. */
const COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/millrace-cli", import.meta.url));
const LIBRARY = new URL("../../src/index.ts", import.meta.url).href;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly signal: (name: NodeJS.Signals) => void;
  /** The first line of standard output that fits, from the start or from a number of lines on, or still to come. */
  readonly line: (pattern: RegExp, from?: number) => Promise<string>;
  /** How many lines there are by now. */
  readonly lines: () => number;
  readonly end: Promise<Outcome>;
}

const TASKS = `
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { context, task } from ${JSON.stringify(LIBRARY)};

export const add = task("add", (a: number, b: number) => a + b);
export const many = [task("echo", (...values: string[]) => values), task("big", () => 2n ** 64n)];
export default {
  boom: task("boom", (why: string): number => { throw new TypeError(why); }, { retries: 0 }),
  flaky: task("flaky", () => { if (context().attempt === 1) throw new Error("not yet"); return "now"; }, { backoff: [10] }),
};
/** Says that it has begun, and goes on until the file is there. */
export const hold = task("hold", async (file: string) => {
  console.log("begun " + file);
  while (!existsSync(file)) await setTimeout(10);
  return "held";
});
export const stray = task("stray", () => { globalThis.setTimeout(() => { throw new Error("nobody's"); }, 1); return 1; });
export const ignored = () => "no task";
`;

/** A folder of its own, with a tasks file unless it is to be empty; the command line runs in it as real processes. */
export class Workbench {
  readonly folder: string = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  readonly #children = new Set<Running>();

  /** @param empty without the tasks file */
  constructor({ empty = false }: { readonly empty?: boolean } = {}) {
    if (!empty) this.write("tasks.ts", TASKS);
  }

  write(name: string, text: string | Buffer): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts the command line. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_") && name !== "FORCE_COLOR"),
    );
    return this.startProgram(process.execPath, [MAIN, ...args], {
      ...inherited,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...env,
    });
  }

  /** Starts another program in the folder. */
  startProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
    const child = spawn(program, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const lines: string[] = [];
    const waiting = new Set<(line: string) => void>();
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      for (const tell of waiting) tell(line);
    });
    const end = new Promise<Outcome>((resolve) => {
      child.on("close", (code) => {
        this.#children.delete(running);
        resolve({ code, stdout, stderr });
      });
    });
    const running: Running = {
      signal: (name) => void child.kill(name),
      lines: () => lines.length,
      line: (pattern, from = 0) =>
        new Promise((resolve, reject) => {
          const known = lines.slice(from).find((line) => pattern.test(line));
          if (known !== undefined) resolve(known);
          waiting.add((line) => pattern.test(line) && resolve(line));
          void end.then(() => reject(new Error(`ended without a line like ${pattern}:\n${stdout}${stderr}`)));
        }),
      end,
    };
    this.#children.add(running);
    return running;
  }

  /** Runs the command line to its end. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.start(args, env).end;
  }

  /** A worker that is ready. */
  async worker(...flags: readonly string[]): Promise<Running> {
    const worker = this.start(["worker", "./tasks.ts", ...flags]);
    await worker.line(/ready/);
    return worker;
  }

  async remove(): Promise<void> {
    await Promise.all(
      [...this.#children].map((child) => {
        child.signal("SIGKILL");
        return child.end;
      }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A line of a stack trace. */
export const STACK: RegExp = /^\s+at .+[:(]/m;
