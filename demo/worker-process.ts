import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a worker process tells. */
export interface WorkerReport {
  /** Jobs it has recorded as succeeded. */
  readonly done: number;
  readonly running: number;
}

/** The demo's hold on one of its worker processes. */
export class WorkerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  #report: WorkerReport = { done: 0, running: 0 };
  killed = false;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    child.on("message", (report) => {
      this.#report = report as WorkerReport;
    });
  }

  /** Starts a process; resolves when it serves its queue. */
  static async start(name: string, url: string, lease: string, concurrency: number): Promise<WorkerProcess> {
    const script = fileURLToPath(new URL("worker.ts", import.meta.url));
    const child = fork(script, [url, name, lease, String(concurrency)]);
    const failed = once(child, "exit").then(([code]) => {
      throw new Error(`${name} ended with code ${String(code)} before it was ready`);
    });
    const process = new WorkerProcess(name, child);
    await Promise.race([once(child, "message"), failed]);
    failed.catch(() => undefined);
    return process;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get report(): WorkerReport {
    return this.#report;
  }

  /** Puts what the records say in the place of the last report, which a killed process could not send. */
  ended(done: number): void {
    this.#report = { done, running: 0 };
  }

  /** SIGSTOP: whatever it holds now, it cannot settle until it thaws. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  /** SIGCONT: it goes on. */
  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  /** SIGKILL: no handler runs, nothing is given back. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.killed = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** SIGTERM: the worker finishes what it runs. Returns the exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
    return this.#child.exitCode;
  }
}
