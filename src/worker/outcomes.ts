import type { Lease, Logger, Settlement } from "../contracts/index.ts";
import { decodeBody, decodeError, revivedError, storedError } from "../core/index.ts";
import type { Emitter } from "../internal/emitter.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import { isCallbackTask } from "./callbacks.ts";
import type { JobInfo, WorkerEvents } from "./worker-events.ts";
import type { WorkerHost } from "./worker-host.ts";

/** Tells of what happened: to listeners as events, to the logger as lines. Of arguments only where that is asked for. */
export class Outcomes {
  readonly #emitter: Emitter<WorkerEvents>;
  readonly #logger: Logger;
  readonly #debug: boolean;
  readonly #showsArguments: boolean;

  constructor(emitter: Emitter<WorkerEvents>, { logger, debug }: Pick<WorkerHost, "logger" | "debug">) {
    this.#emitter = emitter;
    this.#logger = logger;
    this.#debug = debug !== false;
    this.#showsArguments = debug === "arguments";
  }

  started(lease: Lease): void {
    if (isCallbackTask(lease.task)) return;
    if (this.#emitter.has("started")) this.#emitter.emit("started", infoOf(lease));
    if (!this.#debug) return;
    this.#logger.debug("job started", {
      ...infoOf(lease),
      ...(this.#showsArguments ? { args: decodeBody(lease.body).args } : {}),
    });
  }

  /** An attempt's outcome is in the store. */
  recorded(lease: Lease, settlement: Settlement, end: AttemptEnd, durationMs: number): void {
    if (isCallbackTask(lease.task)) {
      if (settlement.to !== "succeeded") this.#callbackFailed(lease, settlement, end);
      return;
    }
    // The happy path makes nothing that nobody wants.
    if (settlement.to === "succeeded" && !this.#emitter.has("succeeded") && !this.#debug) return;
    this.#tell(infoOf(lease), settlement, end, durationMs);
  }

  released(job: JobInfo): void {
    this.#emitter.emit("released", job);
    if (this.#debug) this.#logger.debug("job given back", { ...job });
  }

  stalled(job: JobInfo): void {
    this.#logger.warn("the lease of a job was lost; what this worker did with it is not recorded", { ...job });
    this.#emitter.emit("stalled", job);
  }

  hung(job: JobInfo): void {
    this.#logger.error("a function ignores its signal; its slot stays taken until it returns", { ...job });
    this.#emitter.emit("hung", job);
  }

  unknownTask(queue: string, task: string, count: number): void {
    this.#logger.warn(`no task "${task}" in this worker; its jobs wait for one that knows it`, { queue, task, count });
    this.#emitter.emit("unknown-task", { queue, task, count });
  }

  error(error: unknown): void {
    this.#logger.error("the store could not be reached; trying again", { error: messageOf(error) });
    this.#emitter.emit("error", { error });
  }

  #tell(job: JobInfo, settlement: Settlement, end: AttemptEnd, durationMs: number): void {
    const error = errorOf(end, settlement);
    switch (settlement.to) {
      case "succeeded":
        this.#emitter.emit("succeeded", { ...job, durationMs });
        if (this.#debug) this.#logger.debug("job succeeded", { ...job, durationMs });
        return;
      case "retrying":
        this.#emitter.emit("retrying", { ...job, error, delayMs: settlement.delayMs ?? 0 });
        this.#logger.warn("job failed, and will be tried again", {
          ...job,
          delayMs: settlement.delayMs,
          error: messageOf(error),
        });
        return;
      case "failed":
        this.#emitter.emit("failed", { ...job, error });
        this.#logger.error("job failed", { ...job, error: messageOf(error) });
        return;
      case "expired":
      case "cancelled":
        this.#emitter.emit(settlement.to, job);
        if (this.#debug) this.#logger.debug(`job ${settlement.to}`, { ...job });
        return;
      case "queued":
        this.released(job);
    }
  }

  #callbackFailed(lease: Lease, settlement: Settlement, end: AttemptEnd): void {
    const error = errorOf(end, settlement);
    this.#logger.error("a callback failed; the job it is about is not concerned", {
      id: lease.id,
      error: messageOf(error),
    });
    this.#emitter.emit("error", { error, job: infoOf(lease) });
  }
}

export function infoOf({ id, task, queue, attempt }: Lease): JobInfo {
  return { id, task, queue, attempt };
}

/** What the event carries: the attempt's own error, or, for a value that could not be stored, the one in the record. */
function errorOf(end: AttemptEnd, { error }: Settlement): unknown {
  if ("error" in end) return end.error;
  return error === undefined ? undefined : revivedError(decodeError(error));
}

/** As it is stored, since reading it as it is may throw. */
function messageOf(error: unknown): string {
  const { name, message } = storedError(error);
  return `${name}: ${message}`;
}
