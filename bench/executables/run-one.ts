import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tinypool } from "tinypool";
import type { AnyTask, ExecutablesOptions } from "../../src/index.ts";
import { millrace } from "../measuring/built.ts";
import { noop, spin } from "./thread-tasks.ts";

/*
 * One side of a claim: prints how many jobs a second it does. Everything is warm before the clock starts.
 */
const CONCURRENCY = 10;
const THREADS = 2;
/** Enough that what compiles code and starts launchers is over within the tenth that is left out. */
const PROGRAMS = 2_000;
/** A tenth of these takes as long as V8 needs for the worker's code. */
const RESIDENT_JOBS = 80_000;

const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
const bin = join(folder, "bin");
mkdirSync(bin, { mode: 0o755 });

/** A compiled program that does next to nothing. */
function echo(): string {
  const path = join(bin, "echo");
  copyFileSync("/bin/echo", path);
  chmodSync(path, 0o755);
  return path;
}

/** One program for both ways to be run. */
function script(name: string, text: string): void {
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
}

const BASH = `#!/bin/bash
while IFS= read -r line; do echo '{"type":"result","value":1}'; done >&3
`;
const PYTHON = `#!/usr/bin/python3
import os, sys
messages = os.fdopen(3, "w")
for line in sys.stdin:
    messages.write('{"type":"result","value":1}\\n')
    messages.flush()
`;

/** Runs `count` jobs through a queue in memory, after as many as make it warm. */
async function queued(
  count: number,
  name: string,
  args: readonly unknown[],
  queues: Readonly<Record<string, number>>,
  options: { readonly tasks?: readonly AnyTask[]; readonly executables?: ExecutablesOptions },
): Promise<number> {
  const app = new millrace.Millrace({ store: "memory:", retries: 0 });
  const worker = app.worker({ ...options, queues });
  let done = 0;
  let wanted = 0;
  let onDone: () => void = () => undefined;
  worker.on("succeeded", () => {
    done += 1;
    if (done === wanted) onDone();
  });
  worker.on("failed", ({ error }) => {
    console.error(error);
    process.exit(1);
  });
  await worker.start();
  const run = async (jobs: number): Promise<void> => {
    wanted += jobs;
    const over = new Promise<void>((resolve) => (onDone = resolve));
    await app.client().sendMany(
      name,
      Array.from({ length: jobs }, () => args),
    );
    await over;
  };
  await run(Math.ceil(count / 10));
  const before = performance.now();
  await run(count);
  const seconds = (performance.now() - before) / 1_000;
  await app.close();
  return count / seconds;
}

/** What a program's author would write by hand: a process, its output, its end. */
function bareSpawn(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ["x"], { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(errors))));
  });
}

/** `count` calls with `concurrency` of them under way, after as many as make it warm. */
async function bare(count: number, concurrency: number, call: () => Promise<unknown>): Promise<number> {
  const run = async (calls: number): Promise<void> => {
    let left = calls;
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (left > 0) {
          left -= 1;
          await call();
        }
      }),
    );
  };
  await run(Math.ceil(count / 10));
  const before = performance.now();
  await run(count);
  return count / ((performance.now() - before) / 1_000);
}

async function tinypool(name: string, count: number, value: number): Promise<number> {
  const filename = new URL("./thread-tasks.ts", import.meta.url).href;
  const pool = new Tinypool({ filename, minThreads: THREADS, maxThreads: THREADS });
  const rate = await bare(count, THREADS, () => pool.run(value, { name }));
  await pool.destroy();
  return rate;
}

const programs = (more: Partial<ExecutablesOptions> = {}): { readonly executables: ExecutablesOptions } => ({
  executables: { folder: bin, containment: "group", ...more },
});
const many = { default: CONCURRENCY };

const SIDES: Readonly<Record<string, () => Promise<number>>> = {
  "bare-spawn": () =>
    bare(
      PROGRAMS,
      CONCURRENCY,
      (
        (path) => () =>
          bareSpawn(path)
      )(echo()),
    ),
  "millrace-group": () => {
    echo();
    return queued(PROGRAMS, "echo", ["x"], many, programs());
  },
  "millrace-namespace": () => {
    echo();
    const limits = { cpu: "10s", openFiles: 256, memoryBytes: 2 ** 30 } as const;
    return queued(PROGRAMS, "echo", ["x"], many, programs({ containment: "namespace", limits }));
  },
  ...Object.fromEntries(
    [
      ["bash", BASH],
      ["python", PYTHON],
    ].flatMap(([name = "", text = ""]) => [
      [
        `resident-${name}`,
        () => {
          script(name, text);
          return queued(RESIDENT_JOBS, name, [1], many, programs({ resident: true }));
        },
      ],
      [
        `spawned-${name}`,
        () => {
          script(name, text);
          return queued(PROGRAMS, name, [1], many, programs({ input: "json" }));
        },
      ],
    ]),
  ),
  "millrace-thread-noop": () => queued(20_000, "noop", [1], { default: THREADS }, { tasks: [noop] }),
  "tinypool-noop": () => tinypool("runNoop", 20_000, 1),
  ...Object.fromEntries(
    [
      [0.2, 20_000],
      [2, 1_500],
    ].flatMap(([ms = 0, count = 0]) => [
      [`millrace-thread-${ms}ms`, () => queued(count, "spin", [ms], { default: THREADS }, { tasks: [spin] })],
      [`tinypool-${ms}ms`, () => tinypool("runSpin", count, ms)],
    ]),
  ),
};

try {
  const side = SIDES[process.argv[2] ?? ""];
  if (side === undefined) throw new Error(`give one of ${Object.keys(SIDES).join(", ")}`);
  console.log(await side());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
