import { inspect } from "node:util";
import type { JobInfo, Logger, Worker, WorkerEvents } from "../index.ts";
import { redacted } from "../internal/redacted.ts";
import type { LogLevel } from "../telemetry/index.ts";
import { terminal } from "./terminal.ts";
import { lengthOf } from "./times.ts";
import { visibleLines } from "./visible.ts";

const LONGEST_REASON = 400;

/** Logs what a worker does: each line is a sentence for people, and an `event` with its facts for programs. */
export class WorkerReport {
  readonly #logger: Logger;
  readonly #debug: boolean;
  readonly #startedAt = performance.now();
  readonly #counts = { succeeded: 0, failed: 0, retried: 0, expired: 0, cancelled: 0, givenBack: 0 };

  #executables: WorkerEvents["ready"]["executables"];

  constructor(logger: Logger, { debug }: { readonly debug: boolean }) {
    this.#logger = logger;
    this.#debug = debug;
  }

  follow(worker: Worker): void {
    worker.on("ready", ({ executables }) => (this.#executables = executables));
    worker.on("succeeded", () => this.#counts.succeeded++);
    worker.on("released", () => this.#counts.givenBack++);
    worker.on("retrying", ({ error, delayMs, ...job }) => {
      this.#counts.retried += 1;
      this.#job("warn", "retrying", job, `${reason(error)} · again in ${lengthOf(delayMs)}`, { error, delayMs });
    });
    worker.on("failed", ({ error, ...job }) => {
      this.#counts.failed += 1;
      this.#job("error", "failed", job, reason(error), { error });
    });
    worker.on("expired", (job) => {
      this.#counts.expired += 1;
      this.#job("info", "expired", job, "not started in time");
    });
    worker.on("cancelled", (job) => {
      this.#counts.cancelled += 1;
      this.#job("info", "cancelled", job, "");
    });
    worker.on("stalled", (job) => this.#job("warn", "stalled", job, "lease lost: another worker has it"));
    worker.on("hung", (job) =>
      this.#job("error", "hung", job, "ignores its signal; its slot stays taken until it returns"),
    );
    worker.on("unknown-task", ({ queue, task, count }) => {
      const jobs = count === 1 ? "1 job waits" : `${count} jobs wait`;
      const text = `no task "${task}" here: ${jobs} in ${queue} for a worker that knows it`;
      this.#line("warn", "unknown", text, { queue, task, count });
    });
    worker.on("stopping", () => {
      const { running } = worker.health;
      const rest = running === 0 ? "nothing is running" : `${running} running; a second signal ends at once`;
      this.#line("info", "stopping", rest, { running });
    });
    worker.on("stopped", () => this.#stopped());
  }

  ready(worker: Worker, tasks: readonly { readonly name: string }[], store: string): void {
    const names = tasks.map(({ name }) => name);
    const queues = Object.fromEntries(worker.queues);
    const served = Object.entries(queues).map(([queue, concurrency]) => `${queue}:${concurrency}`);
    const programs = this.#executables;
    const able = [
      ...(names.length === 0 ? [] : [`${plural(names.length, "task")}: ${names.join(", ")}`]),
      ...(programs === undefined ? [] : [`executables: ${programs.folder} (${programs.containment})`]),
    ];
    const text = `${worker.name} · ${able.join(" · ")} · ${served.length === 1 ? "queue" : "queues"}: ${served.join(", ")} · ${redacted(store)}`;
    this.#line("info", "ready", text, {
      worker: worker.name,
      tasks: names,
      queues,
      ...(programs === undefined ? {} : { executables: programs }),
    });
    if (programs?.why !== undefined) {
      const weaker = `executables are held together by "${programs.containment}" only: ${programs.why}`;
      this.#line("warn", "weaker", weaker, { ...programs });
    }
  }

  #stopped(): void {
    const { succeeded, failed, retried, expired, cancelled, givenBack } = this.#counts;
    const rare = [
      [retried, "retried"],
      [expired, "expired"],
      [cancelled, "cancelled"],
      [givenBack, "given back"],
    ] as const;
    const parts = [`${succeeded} succeeded`, `${failed} failed`];
    for (const [count, name] of rare) if (count > 0) parts.push(`${count} ${name}`);
    const upMs = Math.round(performance.now() - this.#startedAt);
    this.#line("info", "stopped", `${parts.join(" · ")} · up ${lengthOf(upMs)}`, { ...this.#counts, upMs });
  }

  #job(
    level: LogLevel,
    event: string,
    job: JobInfo,
    rest: string,
    facts: { error?: unknown; delayMs?: number } = {},
  ): void {
    const { error, ...others } = facts;
    const text = `${job.task} ${job.id} · attempt ${job.attempt}${rest === "" ? "" : ` · ${rest}`}`;
    this.#line(level, event, text, { ...job, ...others, ...(error === undefined ? {} : { error: reason(error) }) });
    if (this.#debug && error !== undefined) terminal.tell(visibleLines(redacted(inspect(error))));
  }

  #line(level: LogLevel, event: string, text: string, facts: object): void {
    this.#logger[level](text, { event, ...facts });
  }
}

function reason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
