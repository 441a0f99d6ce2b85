import type { Alarm } from "./alarms.ts";
import type { Snapshot } from "./async-context.ts";
import type { PoolHandle, PoolState } from "./pool-handle.ts";
import type { PoolAttempt } from "./pool-result.ts";
import type { PoolContext, PoolFunction, PoolTask } from "./pool-task.ts";
import type { JobPlan } from "./push-options.ts";
import { ResultPromise } from "./result-promise.ts";

/** Who is told, once, that a job has ended. */
export interface JobObserver {
  /** @param outcome the value if the job has succeeded, else the error */
  ended(job: PoolJob, outcome: unknown): void;
}

/** Why an attempt is to stop, and what it counts as when it has. */
export interface Interruption {
  readonly outcome: "timeout" | "cancelled";
  readonly error: unknown;
}

/** Settles once there is room. Said in full: the library's word for it needs its users to have `lib: es2024`. */
interface Acceptance {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** What few jobs have. */
export interface JobExtras {
  /** Which attempt it is, from the second on. */
  attempt: number | undefined;
  controller: AbortController | undefined;
  interruption: Interruption | undefined;
  /** What it waits for: its backoff, its timeout, or room. */
  alarm: Alarm | undefined;
  attempts: PoolAttempt[] | undefined;
  acceptance: Acceptance | undefined;
  /** The async context it runs in. */
  within: Snapshot | undefined;
  /** How long it gathers before it may start, whatever its pool's linger. */
  holdMs: number | undefined;
}

/**
 * A job of a pool: its handle and its context are one object, and whatever few jobs need is made when it is needed. A million waiting jobs are a million of these and nothing else.
 */
export class PoolJob<R = unknown> implements PoolHandle<R>, PoolContext {
  readonly task: PoolFunction<R> | PoolTask<R>;
  readonly plan: JobPlan;
  state: PoolState = "offered";
  /** Milliseconds since the pool was made. */
  pushedAt: number;
  /** The same, of the last attempt; before the first, -1. */
  startedAt = -1;
  /** Who is told of its end; from then on its outcome, or the promise of it. One field, for the memory of those that wait. */
  #end: unknown = undefined;
  extras: JobExtras | undefined = undefined;

  constructor(task: PoolFunction<R> | PoolTask<R>, plan: JobPlan, pushedAt: number) {
    this.task = task;
    this.plan = plan;
    this.pushedAt = pushedAt;
  }

  /** Counts from 1; 0 before the first. Not a field, as few jobs have more than one. */
  get attempt(): number {
    return this.extras?.attempt ?? (this.startedAt < 0 ? 0 : 1);
  }

  get retriesLeft(): number {
    return Math.max(0, this.plan.retry.retries + 1 - this.attempt);
  }

  get signal(): AbortSignal {
    const extras = this.extra();
    if (extras.controller === undefined) {
      extras.controller = new AbortController();
      if (extras.interruption !== undefined) extras.controller.abort(extras.interruption.error);
    }
    return extras.controller.signal;
  }

  get result(): Promise<R> {
    this.plan.host.noteWait(this, "result");
    if (this.#end instanceof ResultPromise) return this.#end.promise as Promise<R>;
    const result = new ResultPromise<R>();
    if (this.hasEnded) result.ended(this, this.#end);
    this.#end = result;
    return result.promise;
  }

  get accepted(): Promise<void> {
    // Nobody waits for what was refused: there is one reason for both.
    if (this.state === "refused" && this.extras?.acceptance === undefined) return this.result as Promise<never>;
    const extras = this.extra();
    if (extras.acceptance === undefined) {
      extras.acceptance = Promise.withResolvers();
      if (this.state !== "offered") extras.acceptance.resolve();
    }
    this.plan.host.noteWait(this, "room");
    return extras.acceptance.promise;
  }

  /** Whether somebody is told of its end. */
  get isObserved(): boolean {
    return this.#end !== undefined;
  }

  observe(observer: JobObserver): void {
    this.#end = observer;
  }

  /** Takes down how it ended; returns who is to be told. */
  conclude(state: PoolState, outcome: unknown): JobObserver | undefined {
    const observer = this.#end as JobObserver | undefined;
    this.state = state;
    if (!(observer instanceof ResultPromise)) this.#end = outcome;
    return observer;
  }

  cancel(reason?: unknown): PoolState {
    return this.plan.host.cancel(this, reason);
  }

  get hasEnded(): boolean {
    return this.state !== "queued" && this.state !== "running" && this.state !== "retrying" && this.state !== "offered";
  }

  extra(): JobExtras {
    this.extras ??= {
      attempt: undefined,
      controller: undefined,
      interruption: undefined,
      alarm: undefined,
      attempts: undefined,
      acceptance: undefined,
      within: undefined,
      holdMs: undefined,
    };
    return this.extras;
  }
}
