import { type ChildProcess, spawn } from "node:child_process";
import { Cell, type CellPrograms } from "./cell.ts";
import { confinedCommand } from "./confined-command.ts";
import type { Containment, Launch, Tree } from "./containment.ts";
import { processChildren } from "./process-children.ts";
import { RunMarker } from "./run-marker.ts";
import { askGroup, signalProcess } from "./signal-process.ts";
import { withStreams } from "./with-streams.ts";

export interface NamespacePrograms extends CellPrograms {
  readonly setsid: string;
}

/**
 * Each program runs in a cell of its own: nothing gets out of it, and the kernel ends all of it at once. A cell in which
 * nothing was left is used again, which spares most of its cost.
 */
export class NamespaceContainment implements Containment {
  readonly kind = "namespace";
  readonly #programs: NamespacePrograms;
  readonly #isRoot: boolean;
  readonly #marker: RunMarker;
  readonly #cells = new Set<Cell>();
  /** Each is nsenter, and the parent of a program. */
  readonly #running = new Set<ChildProcess>();
  #idle: Cell[] = [];

  /** @param token of whoever will end what is left when this process dies: nsenter, where it was stopped with its program */
  constructor(programs: NamespacePrograms, isRoot: boolean, token?: string) {
    this.#marker = new RunMarker(token);
    this.#programs = programs;
    this.#isRoot = isRoot;
  }

  async launch(launch: Launch): Promise<Tree> {
    const { nsenter, setsid } = this.#programs;
    // In a session of its own inside, so that what it does to its process group stays there.
    const { words, env, starter } = confinedCommand(launch, true, [setsid]);
    const cell = await this.#cell();
    let child: ChildProcess;
    try {
      child = withStreams(
        spawn(nsenter, [...cell.entry, `--wdns=${launch.cwd}`, ...words], {
          stdio: launch.stdio,
          env: { ...env, MILLRACE_RUN: this.#marker.next().variable },
          detached: true,
          // For a child Node: bigint and `undefined` are kept.
          serialization: "advanced",
        }),
      );
    } catch (error) {
      this.#idle.push(cell);
      throw error;
    }
    this.#running.add(child);
    let killed = false;
    return {
      child,
      starter,
      stop: () => stop(child),
      kill: () => {
        if (killed) return;
        killed = true;
        cell.kill();
        wakeUntilOver(child);
      },
      clear: async () => {
        this.#running.delete(child);
        // Where nsenter itself was ended, the program is nobody's child in there, and may be there all the same.
        if (!killed && child.signalCode === null && cell.isEmpty) {
          this.#idle.push(cell);
          return;
        }
        cell.kill();
        await cell.gone;
      },
    };
  }

  async close(): Promise<void> {
    this.#idle = [];
    const cells = [...this.#cells];
    for (const cell of cells) cell.kill();
    for (const child of this.#running) wakeUntilOver(child);
    await Promise.all(cells.map(({ gone }) => gone));
  }

  async #cell(): Promise<Cell> {
    for (let cell = this.#idle.pop(); cell !== undefined; cell = this.#idle.pop()) if (cell.isAlive) return cell;
    const cell = await Cell.open(this.#programs, this.#isRoot);
    this.#cells.add(cell);
    void cell.gone.then(() => this.#cells.delete(cell));
    return cell;
  }
}

/** Between two attempts to wake nsenter. */
const WAKE_MS = 20;

/** The program is the one child of nsenter; before there is one, nsenter itself can go. */
function stop(child: ChildProcess): void {
  const [program] = child.pid === undefined ? [] : processChildren(child.pid);
  if (program === undefined) child.kill("SIGTERM");
  else if (!askGroup(program)) signalProcess(program, "SIGTERM");
  child.kill("SIGCONT");
}

/**
 * nsenter stops itself when the program is stopped. It has to go on to hear of the program's death: a namespace is not gone
 * before everybody in it was waited for, and nobody else does that for the one that came from outside.
 */
function wakeUntilOver(child: ChildProcess): void {
  const timer = setInterval(() => child.kill("SIGCONT"), WAKE_MS);
  child.once("exit", () => clearInterval(timer));
  child.kill("SIGCONT");
}
