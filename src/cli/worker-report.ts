import { inspect } from "node:util";
import type { JobInfo, Worker, WorkerEvents } from "../index.ts";
import { type Paint, terminal } from "./terminal.ts";
import { clockTime, iso, lengthOf } from "./times.ts";
import { visible, visibleJson, visibleLines } from "./visible.ts";

const LONGEST_REASON = 400;

/** Says what a worker does, a line at a time: for people, or as JSON for programs. */
export class WorkerReport {
  readonly #json: boolean;
  readonly #debug: boolean;
  readonly #startedAt = performance.now();
  readonly #counts = { succeeded: 0, failed: 0, retried: 0, expired: 0, cancelled: 0, givenBack: 0 };

  #executables: WorkerEvents["ready"]["executables"];

  constructor({ json, debug }: { readonly json: boolean; readonly debug: boolean }) {
    this.#json = json;
    this.#debug = debug;
  }

  follow(worker: Worker): void {
    worker.on("ready", ({ executables }) => (this.#executables = executables));
    worker.on("succeeded", () => this.#counts.succeeded++);
    worker.on("released", () => this.#counts.givenBack++);
    worker.on("retrying", ({ error, delayMs, ...job }) => {
      this.#counts.retried += 1;
      this.#job("retrying", "yellow", job, `${reason(error)} · again in ${lengthOf(delayMs)}`, { error, delayMs });
    });
    worker.on("failed", ({ error, ...job }) => {
      this.#counts.failed += 1;
      this.#job("failed", "red", job, reason(error), { error });
    });
    worker.on("expired", (job) => {
      this.#counts.expired += 1;
      this.#job("expired", "gray", job, "not started in time");
    });
    worker.on("cancelled", (job) => {
      this.#counts.cancelled += 1;
      this.#job("cancelled", "gray", job, "");
    });
    worker.on("stalled", (job) => this.#job("stalled", "yellow", job, "lease lost: another worker has it"));
    worker.on("hung", (job) =>
      this.#job("hung", "red", job, "ignores its signal; its slot stays taken until it returns"),
    );
    worker.on("unknown-task", ({ queue, task, count }) => {
      const jobs = count === 1 ? "1 job waits" : `${count} jobs wait`;
      this.#line("unknown", "yellow", `no task "${task}" here: ${jobs} in ${queue} for a worker that knows it`, {
        event: "unknown-task",
        queue,
        task,
        count,
      });
    });
    worker.on("stopping", () => {
      const { running } = worker.health;
      const rest = running === 0 ? "nothing is running" : `${running} running; a second signal ends at once`;
      this.#line("stopping", "cyan", rest, { event: "stopping", running });
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
    const rest = `${worker.name} · ${able.join(" · ")} · ${served.length === 1 ? "queue" : "queues"}: ${served.join(", ")} · ${withoutSecret(store)}`;
    this.#line("ready", "green", rest, {
      event: "ready",
      worker: worker.name,
      tasks: names,
      queues,
      ...(programs === undefined ? {} : { executables: programs }),
    });
    if (programs?.why !== undefined) {
      this.#line(
        "weaker",
        "yellow",
        `executables are held together by "${programs.containment}" only: ${programs.why}`,
        {
          event: "weaker",
          ...programs,
        },
      );
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
    this.#line("stopped", "cyan", `${parts.join(" · ")} · up ${lengthOf(upMs)}`, {
      event: "stopped",
      ...this.#counts,
      upMs,
    });
  }

  #job(
    event: string,
    paint: Paint,
    job: JobInfo,
    rest: string,
    facts: { error?: unknown; delayMs?: number } = {},
  ): void {
    const { error, ...others } = facts;
    const text = `${job.task} ${job.id} · attempt ${job.attempt}${rest === "" ? "" : ` · ${rest}`}`;
    this.#line(event, paint, text, {
      event,
      ...job,
      ...others,
      ...(error === undefined ? {} : { error: reason(error) }),
    });
    if (this.#debug && error !== undefined) terminal.tell(visibleLines(inspect(error)));
  }

  #line(word: string, paint: Paint, text: string, facts: object): void {
    if (this.#json) {
      terminal.print(visibleJson(JSON.stringify({ at: iso(Date.now()), ...facts })));
      return;
    }
    const time = terminal.paint("dim", clockTime());
    terminal.print(`${time} ${terminal.paint(paint, word.padEnd(9))} ${visible(text)}`);
  }
}

function reason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A URL without the user and password in it. */
function withoutSecret(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}
