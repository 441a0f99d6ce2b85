import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { processChildren } from "./process-children.ts";
import { signalProcess } from "./signal-process.ts";
import { withStreams } from "./with-streams.ts";

/** The programs that make cells and let others into them. */
export interface CellPrograms {
  readonly unshare: string;
  readonly nsenter: string;
  readonly cat: string;
}

/**
 * A PID namespace with a process 1 in it, and with a /proc of its own. The kernel ends everything in it when process 1 ends,
 * whatever session or parent it has; and process 1, which reads from a pipe of this process, ends when this process does.
 */
export class Cell {
  /** Arguments of nsenter that lead into it. */
  readonly entry: readonly string[];
  /** Resolves when the last process in it is gone. */
  readonly gone: Promise<void>;
  readonly #holder: ChildProcess;
  readonly #init: number;

  private constructor(holder: ChildProcess, init: number, gone: Promise<void>, isRoot: boolean) {
    this.#holder = holder;
    this.#init = init;
    this.gone = gone;
    const of = `/proc/${holder.pid}/ns`;
    this.entry = [
      // Without root, a user namespace gives the right to the others; the user stays the same in it.
      ...(isRoot ? [] : [`--user=${of}/user`, "--preserve-credentials"]),
      `--mount=${of}/mnt`,
      `--pid=${of}/pid_for_children`,
    ];
  }

  /** @throws what the system says where it allows no namespaces */
  static async open({ unshare, cat }: CellPrograms, isRoot: boolean): Promise<Cell> {
    const flags = [
      ...(isRoot ? [] : ["--user", "--map-current-user"]),
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
      // What is mounted and unmounted outside, is in here too.
      "--propagation=slave",
    ];
    const holder = withStreams(
      spawn(unshare, [...flags, cat], {
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
        env: {},
        cwd: "/",
      }),
    );
    const gone = new Promise<void>((resolve) => {
      holder.once("close", () => resolve());
      holder.once("error", () => resolve());
    });
    let complaint = "";
    holder.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    holder.stdin.on("error", () => undefined);
    holder.stdin.write("\n");
    await Promise.race([once(holder.stdout, "data"), gone, once(holder, "error")]);
    const [init] = holder.pid === undefined ? [] : processChildren(holder.pid);
    if (init === undefined) {
      holder.kill("SIGKILL");
      throw new Error(complaint.trim() === "" ? `${unshare} made no namespace` : complaint.trim());
    }
    holder.stdout.destroy();
    holder.stderr.destroy();
    holder.unref();
    unreferenced(holder.stdin);
    return new Cell(holder, init, gone, isRoot);
  }

  get isAlive(): boolean {
    return this.#holder.exitCode === null && this.#holder.signalCode === null;
  }

  /** Whether nothing is left in it but process 1. A zombie that nobody awaits counts as something. */
  get isEmpty(): boolean {
    return this.isAlive && processChildren(this.#init).length === 0;
  }

  /** Ends everything in it, at once. */
  kill(): void {
    if (this.isAlive) signalProcess(this.#init, "SIGKILL");
  }
}

/** A pipe alone must not keep the process alive. */
function unreferenced(stream: object): void {
  if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
