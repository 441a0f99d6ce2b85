import type { Clock, Execution, Executor, Lease, Logger, Timer } from "../contracts/index.ts";
import { type AnyTask, type JobBody, type RunPolicy, decodeTrail } from "../core/index.ts";
import { JobCancelledError, LeaseLostError, TaskHungError, TaskTimeoutError } from "../errors/index.ts";
import { type CurrentJob, currentJob } from "../internal/current-job.ts";
import { type ContextOwner, JobContext, thrownEnd } from "../context/index.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import type { PendingSettlement } from "./conversation.ts";
import { attemptsAllowed } from "./decide.ts";
import type { Lane, Reserved } from "./lane.ts";
import type { RunMiddleware } from "./run-middleware.ts";

/** What all attempts of one worker share. */
export interface AttemptSetting {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxPayloadBytes: number;
  readonly middleware: readonly RunMiddleware[];
  /** The attempt is over and is to be settled so. Called once, and not at all for one that lost its lease. */
  readonly onEnd: (job: RunningJob, end: AttemptEnd) => void;
  /** The body is back: its slot is free. Called once. */
  readonly onReturn: (job: RunningJob) => void;
  readonly onHung: (job: RunningJob) => void;
  /** A promise was rejected that the body, back by now, had left behind. Tells whether that can still count. */
  readonly onLateStray: (job: RunningJob, end: AttemptEnd) => boolean;
  readonly onNoted: (job: RunningJob) => void;
}

/** One attempt under way. */
export class RunningJob implements ContextOwner, CurrentJob {
  readonly lease: Lease;
  /** Where its slot is. */
  readonly lane: Lane;
  /** As it was when the attempt began: the file behind it may be gone since. `undefined` where this worker knows none. */
  readonly task: AnyTask | undefined;
  readonly policy: RunPolicy;
  readonly body: JobBody;
  /** `monotonic` of this process when the attempt's lease was received. */
  readonly receivedAt: number;
  /** Attempts allowed in all, if the task set them. */
  maxAttempts: number | undefined;
  /** Its outcome, on its way to the store. */
  outcome: PendingSettlement | undefined;
  readonly #setting: AttemptSetting;
  #context: JobContext | undefined;
  #controller: AbortController | undefined;
  #execution: Execution | undefined;
  #deadline: number | undefined;
  #interruption: AttemptEnd | undefined;
  #cancelRequested = false;
  #settled = false;
  /** Its lease was lost, or the worker ends: nothing that the body still does counts. */
  #isGivenUp = false;
  #isBack = false;
  #onBack: (() => void) | undefined;
  #timeout: Timer | undefined;
  #hang: Timer | undefined;

  constructor(
    { lease, receivedAt }: Reserved,
    lane: Lane,
    task: AnyTask | undefined,
    body: JobBody,
    policy: RunPolicy,
    setting: AttemptSetting,
  ) {
    this.lease = lease;
    this.lane = lane;
    this.task = task;
    this.body = body;
    this.policy = policy;
    this.receivedAt = receivedAt;
    this.#setting = setting;
  }

  /** Settled, or given up: nothing more is to be run for it. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** What the body told so far, to be stored; `undefined` when it told nothing. */
  get notes(): string | undefined {
    return this.#context?.notes;
  }

  /** Whether its body can be ended from outside, and is not over yet. */
  get isKillable(): boolean {
    return this.#execution?.kill !== undefined && !this.#isBack;
  }

  /** Resolves when the body is back. */
  back(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isBack) resolve();
      else this.#onBack = resolve;
    });
  }

  get context(): JobContext {
    this.#context ??= new JobContext(this);
    return this.#context;
  }

  /** Runs the body; never throws. */
  start(executor: Executor, args: readonly unknown[]): void {
    const { timeoutMs } = this.policy;
    if (timeoutMs !== undefined) {
      this.#deadline = this.clock.now() + timeoutMs;
      this.#timeout = this.clock.setTimer(timeoutMs, () => {
        const error = new TaskTimeoutError(`task "${this.lease.task}" ran longer than its timeout of ${timeoutMs} ms`);
        this.#interrupt({ kind: "timeout", error }, error);
      });
    }
    currentJob
      .run(this, () => this.#run(executor, args))
      .then(
        (value) => this.#returned({ kind: "value", value }),
        (error: unknown) => this.#returned(thrownEnd(error)),
      );
  }

  /** Somebody asked to cancel the job. */
  cancel(): void {
    this.#cancelRequested = true;
    this.#interrupt({ kind: "cancelled" }, new JobCancelledError(`job ${this.lease.id} was cancelled`));
  }

  /**
   * A promise of this job was rejected and nobody awaited it: the attempt fails with that, unless its outcome has left
   * for the store. Tells whether it was in time. One that was given up has no outcome that could count: what it leaves behind
   * when its signal aborts must not end the worker, and the other jobs with it.
   */
  stray(reason: unknown): boolean {
    if (this.#isGivenUp) return true;
    if (this.#settled) return this.#setting.onLateStray(this, thrownEnd(reason));
    this.#interrupt(thrownEnd(reason), reason);
    return true;
  }

  /** The lease is gone: whatever the body still does is not recorded. */
  lose(): void {
    this.#drop(new LeaseLostError(`the lease of job ${this.lease.id} was lost; another worker has it`));
  }

  /** The worker ends before the body does: it is told, and whatever it still does is not recorded. */
  leave(reason: Error): void {
    this.#drop(reason);
  }

  // The rest is what a context needs: see ContextOwner.

  get meta(): Readonly<Record<string, unknown>> {
    return this.body.meta ?? {};
  }

  get traceparent(): string | undefined {
    return this.body.traceparent;
  }

  get clock(): Clock {
    return this.#setting.clock;
  }

  get logger(): Logger {
    return this.#setting.logger;
  }

  get maxPayloadBytes(): number {
    return this.#setting.maxPayloadBytes;
  }

  readonly attemptsAllowed = (): number =>
    this.maxAttempts ?? attemptsAllowed(this.lease, this.policy, decodeTrail(this.lease.trail));

  readonly setAttemptsAllowed = (attempts: number): void => {
    this.maxAttempts = attempts;
  };

  readonly cancelRequested = (): boolean => this.#cancelRequested;

  readonly signal = (): AbortSignal => {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  };

  get deadline(): number | undefined {
    return this.#deadline;
  }

  readonly noted = (): void => {
    if (!this.#settled) this.#setting.onNoted(this);
  };

  #run(executor: Executor, args: readonly unknown[]): Promise<unknown> {
    const { middleware } = this.#setting;
    const body = (): Promise<unknown> => {
      if (this.#interruption !== undefined || this.#settled)
        return Promise.reject(new Error("stopped before it had begun"));
      const { id, task, attempt } = this.lease;
      this.#execution = executor.run({ id, task, attempt, args, signal: this.signal });
      return this.#execution.done;
    };
    if (middleware.length === 0) return body();
    const step = (at: number): Promise<unknown> => {
      const around = middleware[at];
      return around === undefined ? body() : around(this.context, () => step(at + 1));
    };
    // Async, so that a middleware's synchronous throw is a rejection too.
    return (async () => step(0))();
  }

  /**
   * Ends the attempt from outside: the body is told, and stopped where it can be; the first reason stands. A body that does
   * not come back within `hang`, after the grace time of its executor, is settled without it, and keeps its slot.
   */
  #interrupt(end: AttemptEnd, reason: unknown): void {
    if (this.#settled || this.#interruption !== undefined) return;
    this.#interruption = end;
    this.#abort(reason);
    const execution = this.#execution;
    if (execution?.stop === undefined) execution?.kill?.();
    else execution.stop();
    const limitMs = this.policy.hangMs + (execution?.graceMs ?? 0);
    this.#hang = this.clock.setTimer(limitMs, () => {
      this.#settle(end.kind === "timeout" ? { kind: "hung", error: this.#hungError() } : end);
      this.#setting.onHung(this);
    });
  }

  #hungError(): Error {
    return new TaskHungError(
      `task "${this.lease.task}" did not stop within ${this.policy.hangMs} ms of its timeout; its slot stays taken until it returns. Heed context().signal, or run it in a thread`,
    );
  }

  #drop(reason: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#isGivenUp = true;
    this.#clearTimers();
    this.#abort(reason);
    this.#execution?.kill?.();
  }

  #abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    // In the job's own context, so that the task's listeners find it.
    currentJob.run(this, () => this.#controller?.abort(reason));
  }

  #returned(end: AttemptEnd): void {
    this.#isBack = true;
    this.#settle(this.#interruption ?? end);
    this.#clearTimers();
    this.#onBack?.();
    this.#setting.onReturn(this);
  }

  #settle(end: AttemptEnd): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#timeout?.cancel();
    this.#setting.onEnd(this, end);
  }

  #clearTimers(): void {
    this.#timeout?.cancel();
    this.#hang?.cancel();
  }
}
