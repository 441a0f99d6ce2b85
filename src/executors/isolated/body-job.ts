import { type ContextOwner, JobContext } from "../../context/index.ts";
import type { Clock, Logger } from "../../contracts/index.ts";
import type { Metadata } from "../../core/index.ts";
import type { CurrentJob } from "../../internal/current-job.ts";
import { systemClock } from "../../internal/system-clock.ts";
import type { FromBody, SentJob } from "./body-messages.ts";

const nothing = (): void => undefined;
/** What is logged is told to the worker, which has a logger. */
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A job in the thread or process that runs it: what its context is made from, once something asks for it. */
export class BodyJob implements ContextOwner, CurrentJob {
  readonly lease: SentJob;
  readonly maxPayloadBytes: number;
  readonly clock: Clock = systemClock;
  readonly logger: Logger = SILENT;
  readonly #post: (message: FromBody) => void;
  #attemptsAllowed: number;
  #context: JobContext | undefined;
  #controller: AbortController | undefined;

  constructor(job: SentJob, maxPayloadBytes: number, post: (message: FromBody) => void) {
    this.lease = job;
    this.maxPayloadBytes = maxPayloadBytes;
    this.#post = post;
    this.#attemptsAllowed = job.attemptsAllowed;
  }

  get context(): JobContext {
    this.#context ??= new JobContext(this);
    return this.#context;
  }

  get meta(): Metadata {
    return this.lease.meta ?? {};
  }

  get traceparent(): string | undefined {
    return this.lease.traceparent;
  }

  get deadline(): number | undefined {
    return this.lease.deadline;
  }

  attemptsAllowed(): number {
    return this.#attemptsAllowed;
  }

  setAttemptsAllowed(allowed: number): void {
    this.#attemptsAllowed = allowed;
    this.#post({ type: "attempts", allowed });
  }

  /** Nothing is asked of a body that can be ended: it is. */
  signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  cancelRequested(): boolean {
    return false;
  }

  noted(change: { readonly progress: string | undefined } | { readonly line: string }): void {
    if ("line" in change) this.#post({ type: "log", line: change.line });
    else this.#post({ type: "progress", value: change.progress });
  }
}
