import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { ExecutablePlan } from "../../core/index.ts";
import { ExecutableError } from "../../errors/index.ts";
import type { Containment, Tree } from "../containment/index.ts";
import { CappedOutput } from "./capped-output.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { KeptOutput } from "./kept-output.ts";
import { MESSAGE_DESCRIPTOR, runEnvironment } from "./program-environment.ts";
import type { OrderedProgram, ProgramEnd, ProgramExit } from "./program-order.ts";
import { startFailure, startFault } from "./start-fault.ts";
import type { WorkFolders } from "./work-folders.ts";

/** What programs are started with. */
export interface ProgramSetting {
  readonly containment: Pick<Containment, "launch">;
  readonly workFolders: WorkFolders;
}

/** What listens on the channel for messages. */
export interface MessageListener {
  /** What it returns is waited for, while the program runs, before there is more. */
  write(chunk: Buffer): Promise<void> | void;
  /** There is no more to come. */
  close(): void;
}

/** One program to start. */
export interface ProgramStart {
  readonly task: string;
  /** Checked and open; closed by the start. */
  readonly file: CheckedFile;
  readonly plan: ExecutablePlan;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly channel: MessageListener;
  /** Whether something will be written to its standard input. */
  readonly speaks: boolean;
}

const FILE_DESCRIPTOR = MESSAGE_DESCRIPTOR + 1;
/**
 * The checked file itself, under whatever name. It stays open in the program, because the interpreter of a script opens it
 * again by this name.
 */
const CHECKED_FILE = `/proc/self/fd/${FILE_DESCRIPTOR}`;
/** How the programs of util-linux, coreutils and BusyBox say who they are, and why they could not execute it. */
const REFUSAL = new RegExp(`^(?:/\\S*/)?(\\w+): (?:failed to execute |can't execute )?'?${CHECKED_FILE}'?: (.*)`, "s");
/** How long output may stay open after the last process that is known is gone; who holds it then got away. */
const OUTPUT_LIMIT_MS = 250;

/** A program that runs: its output, its end, and how to bring that about. */
export class Program implements OrderedProgram {
  #stdout: CappedOutput;
  #stderr: CappedOutput;
  readonly stdin: Writable | undefined;
  readonly over: Promise<ProgramEnd>;
  readonly #tree: Tree;
  readonly #plan: ExecutablePlan;
  #grace: NodeJS.Timeout | undefined;
  #hasExited = false;
  #hasEnded = false;

  private constructor({ task, plan, channel, speaks }: ProgramStart, tree: Tree, cleanUp: () => void) {
    this.#stdout = new CappedOutput(plan.maxOutputBytes);
    this.#stderr = new CappedOutput(plan.maxOutputBytes);
    this.#tree = tree;
    this.#plan = plan;
    const { child } = tree;
    hear(child.stdout, (chunk) => this.#stdout.write(chunk));
    hear(child.stderr, (chunk) => this.#stderr.write(chunk));
    hear(child.stdio[MESSAGE_DESCRIPTOR], (chunk) => {
      const taken = channel.write(chunk);
      return this.#hasExited ? undefined : taken;
    });
    // One that does not read what it is told is not at fault.
    child.stdin?.on("error", () => undefined);
    this.stdin = speaks ? (child.stdin ?? undefined) : undefined;
    this.over = this.#untilOver(task, child, channel, cleanUp);
    // Whoever waits hears of it; until somebody does, it is no stray rejection.
    this.over.catch(() => undefined);
  }

  /** @throws ExecutableError, ArgumentsError, CapabilityError when it cannot be started */
  static async start(start: ProgramStart, { containment, workFolders }: ProgramSetting): Promise<Program> {
    const { task, file, plan, args, env, speaks } = start;
    const byDescriptor = process.platform === "linux";
    let folder: string | undefined;
    const cleanUp = (): void => {
      if (folder !== undefined) workFolders.remove(folder);
    };
    try {
      folder = madeFolder(start, workFolders);
      const tree = await containment.launch({
        file: byDescriptor ? CHECKED_FILE : file.path,
        argv0: file.path,
        args,
        env: { ...env, ...runEnvironment(file.path) },
        cwd: folder,
        stdio: [speaks ? "pipe" : "ignore", "pipe", "pipe", "pipe", ...(byDescriptor ? [file.descriptor] : [])],
        limits: plan.limits,
        user: plan.user,
      });
      return new Program(start, tree, cleanUp);
    } catch (error) {
      cleanUp();
      throw startFailure(task, error);
    } finally {
      file.close();
    }
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Asks it to end, and ends it when its grace time is over. */
  stop(): void {
    if (this.#hasEnded || this.#grace !== undefined) return;
    this.#tree.stop();
    this.#grace = setTimeout(() => this.kill(), this.#plan.graceMs);
  }

  /** Ends it at once, with all that it started. */
  kill(): void {
    clearTimeout(this.#grace);
    if (!this.#hasEnded) this.#tree.kill();
  }

  /** Forgets what it wrote so far. */
  freshOutput(): void {
    this.#stdout = new CappedOutput(this.#plan.maxOutputBytes);
    this.#stderr = new CappedOutput(this.#plan.maxOutputBytes);
  }

  /** Lets this process end although the program still runs; it then ends, too. */
  unref(): void {
    this.#references("unref");
  }

  ref(): void {
    this.#references("ref");
  }

  async #untilOver(
    task: string,
    child: ChildProcess,
    channel: MessageListener,
    cleanUp: () => void,
  ): Promise<ProgramEnd> {
    const closed = new Promise<void>((resolve) => {
      child.once("close", () => resolve());
    });
    try {
      const exit = await new Promise<ProgramExit>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code, signal) => resolve(signal === null ? { exitCode: code ?? 0 } : { signal }));
      });
      this.#hasExited = true;
      // What is left in it is little, and whoever is slow to take it must not lose it.
      readable(child.stdio[MESSAGE_DESCRIPTOR])?.resume();
      await this.#tree.clear();
      await within(closed, OUTPUT_LIMIT_MS);
      // A process that was held up finds the time over before it has read what is there.
      await turn();
      channel.close();
      const [stdout, stderr] = [this.#stdout.kept(), this.#stderr.kept()];
      this.#refuseUnstarted(task, exit, stderr);
      return { exit, stdout, stderr };
    } catch (error) {
      // It may not even have started, and what was made ready for it is to be cleared away.
      await this.#tree.clear();
      throw startFailure(task, error);
    } finally {
      this.#hasEnded = true;
      clearTimeout(this.#grace);
      for (const stream of child.stdio) stream?.destroy();
      cleanUp();
    }
  }

  /** @throws ExecutableError, ArgumentsError when it was not the program that ended, but what should have started it */
  #refuseUnstarted(task: string, exit: ProgramExit, stderr: KeptOutput): void {
    const { starter } = this.#tree;
    if (starter === undefined || !("exitCode" in exit) || (exit.exitCode !== 126 && exit.exitCode !== 127)) return;
    const [, program, why = ""] = REFUSAL.exec(stderr.text()) ?? [];
    if (program === starter) throw startFault(task, why.trim());
  }

  #references(how: "ref" | "unref"): void {
    const { child } = this.#tree;
    child[how]();
    for (const stream of child.stdio) {
      if (stream !== null && stream !== undefined && how in stream) {
        (stream as unknown as Record<string, () => void>)[how]?.();
      }
    }
  }
}

/** @throws ExecutableError: what the system says here is not about the program */
function madeFolder({ task, plan }: ProgramStart, workFolders: WorkFolders): string {
  try {
    return workFolders.make(plan.user);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExecutableError(`executable "${task}" was not started: its working directory cannot be made: ${why}`, {
      details: { executable: task, fault: "refused" },
      cause: error,
    });
  }
}

/** Resolves with a promise, or after this long. Nothing of it is left then, as a pause alone would leave its timer. */
async function within(promise: Promise<void>, limitMs: number): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, limitMs);
  await Promise.race([promise, limit.promise]);
  clearTimeout(timer);
}

/**
 * Gives away what is read, piece by piece, and waits for what `take` returns before the next. `take` copies what it keeps: the
 * piece is given back at once, where the collector would let many megabytes gather first.
 */
function hear(channel: Readable | Writable | null | undefined, take: (chunk: Buffer) => Promise<void> | void): void {
  const stream = readable(channel);
  stream?.on("data", (chunk: Buffer<ArrayBuffer>) => {
    const taken = take(chunk);
    // Never one that shares its memory with others.
    if (chunk.byteLength === chunk.buffer.byteLength) chunk.buffer.transfer(0);
    if (taken === undefined) return;
    stream.pause();
    void taken.then(() => stream.resume());
  });
}

function readable(stream: Readable | Writable | null | undefined): Readable | undefined {
  return stream !== null && stream !== undefined && "resume" in stream ? stream : undefined;
}
