import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type Client,
  type ContainmentKind,
  type ExecutablesOptions,
  type JobRecord,
  Millrace,
  type MillraceOptions,
  type SendOptions,
  type StoredError,
  type Worker,
} from "../../src/index.ts";
import { SILENT, until } from "../features/settings.ts";

/** A folder of programs, an app and a worker that runs them; gone with the test. */
export class Workshop {
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), "millrace-exec-")));
  readonly bin: string = join(this.root, "bin");

  constructor() {
    mkdirSync(this.bin, { mode: 0o755 });
    onTestFinished(() => rm(this.root, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Puts a file into the folder. */
  program(name: string, text: string | Buffer, mode = 0o755): string {
    const path = join(this.bin, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  bash(name: string, text: string): string {
    return this.program(name, `#!/bin/bash\n${text}\n`);
  }

  /** Starts a worker of the folder; jobs are tried once unless `app` says otherwise. */
  async open(
    executables: Partial<ExecutablesOptions> = {},
    app: MillraceOptions = {},
    queues?: Record<string, number>,
  ): Promise<Opened> {
    const millrace = new Millrace({ store: "memory:", logger: SILENT, retries: 0, ...app });
    onTestFinished(() => millrace.close());
    const worker = millrace.worker({
      executables: { folder: this.bin, grace: "300ms", workFolder: this.root, ...executables },
      lease: "2s",
      ...(queues === undefined ? {} : { queues }),
    });
    await worker.start();
    return new Opened(millrace, worker);
  }
}

export class Opened {
  readonly app: Millrace;
  readonly worker: Worker;

  constructor(app: Millrace, worker: Worker) {
    this.app = app;
    this.worker = worker;
  }

  get client(): Client {
    return this.app.client();
  }

  /** What a job of this program gives. */
  async result(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const job = await this.client.send(name, ...args);
    return job.result({ timeout: "15s" });
  }

  async record(name: string, args: readonly unknown[] = [], options: SendOptions = {}): Promise<JobRecord> {
    const job = await this.client.with(options).send(name, ...args);
    return job.wait({ timeout: "15s" });
  }

  /** The error of a job that fails. */
  async failure(name: string, args: readonly unknown[] = [], options: SendOptions = {}): Promise<StoredError> {
    const { state, error } = await this.record(name, args, options);
    if (state !== "failed" || error === undefined) throw new Error(`the job did not fail: it is ${state}`);
    return error;
  }
}

/** Whether a compiler of C is here. */
export const COMPILER: string | undefined = ["cc", "gcc", "clang"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

export function compiled(source: string, into: string): void {
  if (COMPILER === undefined) throw new Error("there is no compiler");
  execFileSync(COMPILER, ["-O1", "-o", into, "-x", "c", "-"], { input: source });
}

/** How programs can be held together here. */
export const CONTAINMENTS: readonly ContainmentKind[] = ["namespace", "sweep", "group"];

/** Why namespaces cannot be had here; `undefined` where they can. */
export const NO_NAMESPACES: string | undefined = (() => {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
  const { status, stderr, error } = spawnSync("unshare", [...user, "--pid", "--fork", "--mount-proc", "true"]);
  return status === 0 ? undefined : (error?.message ?? stderr.toString().trim());
})();

/** Processes, anywhere on this machine, that have this text in their command line. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Resolves when a file is there. */
export async function appeared(path: string): Promise<void> {
  await until(() => existsSync(path), 15_000);
}
