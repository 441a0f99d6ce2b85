import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "./server-programs.ts";

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const PORT_TRIES = 5;
const LOG_CHARACTERS = 20_000;
const SETPRIV = "/usr/bin/setpriv";

/** A user and a group, by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What a server process is started with. */
export interface ProcessWish {
  readonly command: Command;
  readonly args: readonly string[];
  readonly folder: string;
  /** Whose process it is, if not the test's; only root may say. */
  readonly owner?: Owner | undefined;
  /** Resolves if the server answers; rejects while it does not. */
  readonly ping: () => Promise<void>;
}

const running = new Set<ChildProcess>();
// A test process that ends by itself takes its servers along, whatever the tests forgot.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A server of the tests' own in a process of its own. */
export class ServerProcess {
  readonly #wish: ProcessWish;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #log = "";

  private constructor(wish: ProcessWish) {
    this.#wish = wish;
  }

  /** Starts it, and resolves once it answers. */
  static async start(wish: ProcessWish): Promise<ServerProcess> {
    const server = new ServerProcess(wish);
    await server.start();
    return server;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of what it has written to standard output and standard error. */
  get log(): string {
    return this.#log;
  }

  /** Starts it again, after it ended. */
  async start(): Promise<void> {
    const { command, args, folder, owner, ping } = this.#wish;
    const { file, args: first } = boundTo(command, owner);
    const child = spawn(file, [...first, ...args], {
      cwd: folder,
      env: { ...process.env, ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    running.add(child);
    this.#exited = new Promise<void>((resolve) => {
      child.once("error", (error) => {
        this.#note(`${error.message}\n`);
        resolve();
      });
      child.once("exit", () => resolve());
    }).then(() => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => this.#note(data.toString()));
    await this.#answers(ping);
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends it as a power cut would; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#exited;
  }

  /** Ends it in good order, by force if it takes too long. A server that was stopped by SIGSTOP ends too. */
  async stop(name: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (!this.isRunning) return;
    this.signal(name);
    this.signal("SIGCONT");
    const timer = setTimeout(() => this.signal("SIGKILL"), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  async #answers(ping: () => Promise<void>): Promise<void> {
    const end = performance.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        await ping();
        return;
      } catch (error) {
        if (!this.isRunning) throw new Error(`the server ended: ${this.#log}`, { cause: error });
        if (performance.now() > end) {
          await this.kill();
          throw new Error(`the server gave no answer in ${READY_WITHIN_MS} ms: ${this.#log}`, { cause: error });
        }
        await sleep(10);
      }
    }
  }

  #note(text: string): void {
    this.#log = (this.#log + text).slice(-LOG_CHARACTERS);
  }
}

/** A command, such that the kernel ends it with the process that started it, even with one that is killed. */
export function boundTo({ file, args, env }: Command, owner?: Owner): Command {
  if (!existsSync(SETPRIV)) return { file, args, env };
  const user = owner === undefined ? [] : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  return { file: SETPRIV, args: [...user, "--pdeathsig=KILL", file, ...args], env };
}

/** A loopback port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a server anew, at another port, if somebody else took the one that was free a moment before. */
export async function withFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === PORT_TRIES || !/address already in use/i.test(String(error))) throw error;
    }
  }
}
