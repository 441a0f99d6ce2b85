import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Usage, WindowFigures, WorkerPlan, WorkerReport, WorkerRequest } from "./worker-plan.ts";

type Kind = WorkerReport["kind"];
type Report<K extends Kind> = Extract<WorkerReport, { kind: K }>;

/** A measurement's hold on a worker in a process of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #reports = new Map<Kind, PromiseWithResolvers<WorkerReport>>();
  #ended: Error | undefined;

  private constructor(plan: WorkerPlan) {
    // Node's own flags go along, so that a profile can be taken of it as of its parent.
    this.#child = fork(fileURLToPath(new URL("run-worker.ts", import.meta.url)), [JSON.stringify(plan)]);
    this.#child.on("message", (report: WorkerReport) => this.#awaited(report.kind).resolve(report));
    this.#child.once("exit", (code, signal) => {
      this.#ended = new Error(`the worker process ended with ${signal ?? `code ${String(code)}`}`);
      for (const awaited of this.#reports.values()) awaited.reject(this.#ended);
    });
  }

  /** Starts it; resolves when it looks for jobs. */
  static async start(plan: WorkerPlan): Promise<WorkerProcess> {
    const worker = new WorkerProcess(plan);
    await worker.#report("ready");
    return worker;
  }

  /** Resolves when the window of its plan is over. */
  async window(): Promise<WindowFigures> {
    return (await this.#report("window")).figures;
  }

  /** Resolves when as many jobs have started as its plan expects. */
  async expected(): Promise<void> {
    await this.#report("expected");
  }

  async usage(): Promise<Usage> {
    this.#reports.delete("usage");
    this.#ask("usage");
    return (await this.#report("usage")).usage;
  }

  /** Ends it; resolves with what it noted. */
  async stop(): Promise<readonly number[]> {
    const gone = once(this.#child, "exit");
    this.#ask("stop");
    const { notes } = await this.#report("stopped");
    await gone;
    return notes;
  }

  #ask(request: WorkerRequest): void {
    this.#child.send(request);
  }

  async #report<K extends Kind>(kind: K): Promise<Report<K>> {
    if (this.#ended !== undefined && !this.#reports.has(kind)) throw this.#ended;
    return (await this.#awaited(kind).promise) as Report<K>;
  }

  #awaited(kind: Kind): PromiseWithResolvers<WorkerReport> {
    let awaited = this.#reports.get(kind);
    if (awaited === undefined) {
      awaited = Promise.withResolvers<WorkerReport>();
      // Who does not ask need not hear that it failed.
      awaited.promise.catch(() => undefined);
      this.#reports.set(kind, awaited);
    }
    return awaited;
  }
}
