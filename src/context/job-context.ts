import type { Clock, Lease, Logger } from "../contracts/index.ts";
import {
  type Duration,
  type LogLine,
  type Metadata,
  durationMs,
  encodeNotes,
  encodeValue,
  wholeNumber,
} from "../core/index.ts";
import { ContextMissingError } from "../errors/index.ts";
import { currentJob } from "../internal/current-job.ts";
import { FailSignal, RetrySignal } from "./retry-signal.ts";

/** The latest lines of a job's log that are kept with it. */
const LINES_KEPT = 100;
const LONGEST_LINE = 1_000;

/** What a context needs to know of the job's lease. */
export type JobFacts = Pick<Lease, "id" | "task" | "queue" | "attempt" | "crashes" | "createdAt" | "expireAt">;

/** What was added to a job's notes: its progress, encoded, or one line of its log. */
type NoteChange = { readonly progress: string | undefined } | { readonly line: string };

/** What a context needs of the attempt it belongs to. */
export interface ContextOwner {
  readonly lease: JobFacts;
  readonly meta: Metadata;
  readonly traceparent: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxPayloadBytes: number;
  /** When the attempt times out, epoch milliseconds by the clock above; `undefined` without a timeout. */
  readonly deadline: number | undefined;
  /** Attempts allowed in all. */
  readonly attemptsAllowed: () => number;
  readonly setAttemptsAllowed: (attempts: number) => void;
  readonly signal: () => AbortSignal;
  readonly cancelRequested: () => boolean;
  /** The job's notes changed and are to be told soon. */
  readonly noted: (change: NoteChange) => void;
}

/** The control handle of a running job: what it is, how to steer it, how to tell of it. Got by {@link context}. */
export class JobContext {
  readonly #owner: ContextOwner;
  #progress: string | undefined;
  readonly #log: LogLine[] = [];

  constructor(owner: ContextOwner) {
    this.#owner = owner;
  }

  get id(): string {
    return this.#owner.lease.id;
  }

  get task(): string {
    return this.#owner.lease.task;
  }

  get queue(): string {
    return this.#owner.lease.queue;
  }

  /** From 1. */
  get attempt(): number {
    return this.#owner.lease.attempt;
  }

  /** How many attempts may follow this one. */
  get retriesLeft(): number {
    return Math.max(0, this.#owner.attemptsAllowed() - this.attempt);
  }

  /** How often a worker was lost while it had this job. */
  get crashes(): number {
    return this.#owner.lease.crashes;
  }

  /** When the job was accepted, epoch milliseconds by the store's clock. */
  get createdAt(): number {
    return this.#owner.lease.createdAt;
  }

  /** Epoch milliseconds after which the job is not started again. */
  get expireAt(): number | undefined {
    return this.#owner.lease.expireAt;
  }

  /** When this attempt times out, epoch milliseconds by this process's clock; `undefined` without a timeout. */
  get deadline(): number | undefined {
    return this.#owner.deadline;
  }

  /** Aborts on timeout, cancellation, a lost lease and at the end of a shutdown's grace; `reason` is the typed error. */
  get signal(): AbortSignal {
    return this.#owner.signal();
  }

  /** Whether somebody asked to cancel this job. */
  get cancelRequested(): boolean {
    return this.#owner.cancelRequested();
  }

  /** What the sender let travel with the job. */
  get meta(): Metadata {
    return this.#owner.meta;
  }

  /** W3C Trace Context of the sender; jobs sent from here inherit it. */
  get traceparent(): string | undefined {
    return this.#owner.traceparent;
  }

  /**
   * Ends this attempt and asks for another, after `after` or the policy's backoff. Out of retries, the job fails with
   * `error`. Throws, so nothing after it runs.
   */
  retry(error?: unknown, options: { readonly after?: Duration } = {}): never {
    const afterMs = options.after === undefined ? undefined : durationMs(options.after, "after");
    throw new RetrySignal(error ?? new Error("the task asked to be tried again"), afterMs);
  }

  /** Fails the job without further retries. Throws, so nothing after it runs. */
  fail(error?: unknown): never {
    throw new FailSignal(error ?? new Error("the task asked to fail"));
  }

  /** Sets how many attempts may follow this one; holds for the rest of the job. 0 stops retrying. */
  setRetriesLeft(retries: number): void {
    this.#owner.setAttemptsAllowed(this.attempt + wholeNumber(retries, "retries", 0, 1_000_000));
  }

  /**
   * Tells how far the job is: any JSON value, the latest one counts. Readers see it within about 100 ms, and until another
   * attempt tells something.
   */
  progress(value: unknown): void {
    this.#progress = encodeValue(value, `the progress of "${this.task}"`, this.#owner.maxPayloadBytes);
    this.#owner.noted({ progress: this.#progress });
  }

  /** Logs a line: to the app's logger, and to the job's record, which keeps the latest 100 of the last attempt that told anything. */
  log(message: string): void {
    const line = message.length <= LONGEST_LINE ? message : `${message.slice(0, LONGEST_LINE)}…`;
    this.#log.push({ at: this.#owner.clock.now(), message: line });
    if (this.#log.length > LINES_KEPT) this.#log.shift();
    this.#owner.logger.info(line, { id: this.id, task: this.task, attempt: this.attempt });
    this.#owner.noted({ line });
  }

  /**
   * Everything told so far, as it is stored; `undefined` when there is nothing.
   *
   * @internal
   */
  get notes(): string | undefined {
    if (this.#progress === undefined && this.#log.length === 0) return undefined;
    return encodeNotes({
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(this.#log.length === 0 ? {} : { log: this.#log }),
    });
  }
}

/**
 * The context of the job that the calling code runs in, at any depth of calls and awaits below its task's function.
 *
 * @throws ContextMissingError outside a running job
 */
export function context(): JobContext {
  const current = currentJob.getStore();
  if (current !== undefined && "context" in current) return current.context as JobContext;
  throw new ContextMissingError("context() works only below a running task's function");
}
