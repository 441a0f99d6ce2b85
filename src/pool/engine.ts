import type { Clock } from "../contracts/clock.ts";
import { JobCancelledError, PoolClosedError } from "../errors/index.ts";
import { Alarms } from "./alarms.ts";
import { snapshot } from "./async-context.ts";
import { Attempts } from "./attempts.ts";
import { Backlog } from "./backlog.ts";
import { Callbacks } from "./callbacks.ts";
import { DeadlockWatch, type WatchedPool } from "./deadlock-watch.ts";
import type { JobHost } from "./job-host.ts";
import { Lanes } from "./lanes.ts";
import type { PoolErrorEvent } from "./pool-events.ts";
import type { PoolState } from "./pool-handle.ts";
import type { PoolJob } from "./pool-job.ts";
import type { PoolPlan } from "./pool-options.ts";
import { Room } from "./room.ts";
import { SignalWatch } from "./signal-watch.ts";
import { Timeline } from "./timeline.ts";

/** What stands around an engine. */
export interface EngineSetting {
  readonly plan: PoolPlan;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onFailed: (job: PoolJob, error: unknown) => void;
  readonly onError: (event: PoolErrorEvent) => void;
}

/**
 * Takes jobs in and ends each of them once. Longer than other files, because it is the one place where a job's state
 * changes, but for that of its attempts.
 */
export class Engine implements JobHost {
  readonly alarms: Alarms;
  readonly timeline: Timeline;
  readonly #setting: EngineSetting;
  readonly #plan: PoolPlan;
  readonly #backlog: Backlog;
  readonly #attempts: Attempts;
  readonly #lanes: Lanes;
  readonly #callbacks: Callbacks;
  readonly #signals: SignalWatch;
  readonly #watch: DeadlockWatch | undefined;
  readonly #room: Room;
  /** Jobs that wait for their time: a backoff, or the items of a batch. */
  readonly #delayed = new Set<PoolJob>();
  readonly #idle: (() => void)[] = [];
  /** Accepted and not running. */
  #waiting = 0;
  /** Accepted and not ended. */
  #open = 0;
  #begun = 0;
  #turnAt = 0;
  #isClosing = false;

  constructor(setting: EngineSetting) {
    const { plan, clock, random, onError } = setting;
    this.#setting = setting;
    this.#plan = plan;
    this.#room = new Room(plan.maxQueued);
    this.timeline = new Timeline(clock, plan.maxAttemptsKept);
    this.alarms = new Alarms(clock);
    this.#backlog = new Backlog(plan, clock, this.alarms, () => this.#lanes.startSoon());
    this.#attempts = new Attempts({
      alarms: this.alarms,
      timeline: this.timeline,
      random,
      onReturn: (job) => this.#backlog.returned(job),
      onRetry: (job, delayMs) => this.#retry(job, delayMs),
      onEnd: (job, state, outcome) => this.#end(job, state, outcome),
    });
    this.#lanes = new Lanes(plan.concurrency, {
      next: () => this.#next(),
      begin: (job, follows) => this.#begin(job, follows),
      execute: (job) => this.#attempts.execute(job, this.#watch),
      returned: (job, value) => this.#attempts.returned(job, value),
      threw: (job, error) => this.#attempts.threw(job, error),
      onFree: () => this.#admit(),
    });
    this.#callbacks = new Callbacks(
      this.timeline,
      (error, { task }, during) => onError({ error, task, during }),
      () => this.#checkIdle(),
    );
    this.#signals = new SignalWatch((jobs, reason) => this.#cancelAll(jobs, reason));
    this.#watch = plan.detectDeadlock ? new DeadlockWatch(this.#watched(), this.alarms) : undefined;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Slots that are taken. */
  get running(): number {
    return this.#lanes.taken;
  }

  get paused(): boolean {
    return this.#backlog.paused;
  }

  set paused(paused: boolean) {
    this.#backlog.paused = paused;
    this.#admit();
    this.#lanes.startSoon();
  }

  get concurrency(): number {
    return this.#lanes.concurrency;
  }

  set concurrency(concurrency: number) {
    this.#lanes.concurrency = concurrency;
    this.#admit();
  }

  /** When what is pushed now was pushed. One reading serves a turn, for as long as its lanes have yet to start. */
  get pushTime(): number {
    if (!this.#lanes.isPlanned) this.#turnAt = this.timeline.now();
    return this.#turnAt;
  }

  /** @throws PoolClosedError */
  refuseClosed(): void {
    if (this.#isClosing) throw new PoolClosedError("the pool is closed; push before close(), or make a new pool");
  }

  /**
   * Takes a new job in, or lets it wait for room.
   *
   * @param roomWaitMs how long at the most
   * @throws PoolClosedError, PoolFullError
   */
  offer(job: PoolJob, roomWaitMs: number): void {
    this.refuseClosed();
    if (this.#plan.keepContext) job.extra().within = snapshot();
    if (this.#hasRoom()) {
      this.#accept(job);
      return;
    }
    if (roomWaitMs === 0) throw this.#room.fullError();
    this.#room.offer(job);
    this.#heedSignal(job);
    if (roomWaitMs === Number.POSITIVE_INFINITY) return;
    job.extra().alarm = this.alarms.set(roomWaitMs, this.#refuseForLackOfRoom, job);
  }

  /** Lets a held job begin. */
  readonly release = (job: PoolJob): void => {
    const { extras } = job;
    if (extras?.holdMs === undefined) return;
    extras.holdMs = undefined;
    // The alarm of one that waits for room is about that.
    if (job.state !== "offered") extras.alarm?.cancel();
    this.#goOn(job);
  };

  cancel(job: PoolJob, reason: unknown): PoolState {
    if (!job.hasEnded) this.#cancelAll([job], reason);
    return job.state;
  }

  noteWait(job: PoolJob, kind: "room" | "result"): void {
    this.#watch?.note(job, kind);
  }

  /** Calls `then` once nothing waits, nothing is under way, and no callback either; at once, if that is so. */
  whenIdle(then: () => void): void {
    this.#idle.push(then);
    this.#checkIdle();
  }

  /** Takes in nothing new, and lets what waits for a linger or a pause begin. */
  close(): void {
    this.#isClosing = true;
    this.#backlog.stopGathering();
    for (const job of this.#delayed) this.release(job);
    this.paused = false;
  }

  /** Takes in nothing new, and cancels every job. */
  abort(reason: unknown): void {
    this.#isClosing = true;
    // Those that wait for room first, or they would be let in as the others leave.
    this.#cancelAll([...this.#room, ...this.unended()], reason);
  }

  /** The jobs that have not ended: those that run first, then those with a time, then in the order of the wait. */
  unended(): PoolJob[] {
    const all: Iterable<PoolJob>[] = [this.#lanes.jobs, this.#delayed, this.#backlog, this.#room];
    return all.flatMap((jobs) => [...jobs]).filter((job) => !job.hasEnded);
  }

  /** Ends a job with a word to its promises only; a function that runs is told to stop. */
  giveUp(job: PoolJob, error: PoolClosedError): void {
    if (job.hasEnded) return;
    if (job.state === "offered") this.#withdraw(job, error);
    else if (job.state === "running") {
      this.#attempts.interrupt(job, { outcome: "cancelled", error });
      job.extras?.alarm?.cancel();
      this.#end(job, "released", error);
    } else this.#endWaiting(job, "released", error);
  }

  #hasRoom(): boolean {
    return this.#room.isBeside(this.#waiting, this.#backlog.paused ? 0 : this.#lanes.free);
  }

  #accept(job: PoolJob): void {
    job.state = "queued";
    this.#waiting += 1;
    this.#open += 1;
    const { extras } = job;
    this.#heedSignal(job);
    extras?.alarm?.cancel();
    extras?.acceptance?.resolve();
    if (this.#isClosing) this.#backlog.add(job);
    else if (extras?.holdMs === undefined) this.#backlog.gather(job, this.concurrency);
    else this.#delay(job, extras.holdMs, this.release);
  }

  /** Lets its signal cancel the job, from now until it has ended. */
  #heedSignal(job: PoolJob): void {
    if (job.plan.signal !== undefined) this.#signals.add(job, job.plan.signal);
  }

  /** Accepts offered jobs while there is room. */
  #admit(): void {
    while (this.#room.offers > 0 && this.#hasRoom()) {
      const job = this.#room.take();
      if (job === undefined) return;
      this.#accept(job);
    }
  }

  /** The job to start now; one whose signal aborted in this turn is cancelled instead. */
  #next(): PoolJob | undefined {
    let job = this.#backlog.take();
    for (; job?.plan.signal?.aborted === true; job = this.#backlog.take()) {
      this.#backlog.returned(job);
      this.cancel(job, job.plan.signal.reason);
    }
    return job;
  }

  #cancelAll(jobs: Iterable<PoolJob>, reason: unknown): void {
    // One error for all: there may be a million of them, and a stack trace is dear.
    const error = new JobCancelledError("the job was cancelled", { cause: reason });
    for (const job of jobs) this.#cancel(job, error);
  }

  #cancel(job: PoolJob, error: JobCancelledError): void {
    if (job.hasEnded) return;
    if (job.state === "running") this.#attempts.interrupt(job, { outcome: "cancelled", error });
    else if (job.state === "offered") this.#withdraw(job, error);
    else {
      this.#endWaiting(job, "cancelled", error);
      this.#admit();
    }
  }

  #begin(job: PoolJob, follows: boolean): void {
    this.#begun += 1;
    this.#waiting -= 1;
    this.#attempts.begin(job, follows);
    this.#admit();
  }

  #retry(job: PoolJob, delayMs: number): void {
    job.state = "retrying";
    this.#waiting += 1;
    this.#delay(job, delayMs, this.#goOn);
  }

  #delay(job: PoolJob, delayMs: number, then: (job: PoolJob) => void): void {
    this.#delayed.add(job);
    job.extra().alarm = this.alarms.set(delayMs, then, job);
  }

  /** The time that a job waited for has come. */
  readonly #goOn = (job: PoolJob): void => {
    if (this.#delayed.delete(job)) this.#backlog.add(job);
  };

  /** The one place where an accepted job ends. */
  #end(job: PoolJob, state: "succeeded" | "failed" | "cancelled" | "released", outcome: unknown): void {
    const observer = job.conclude(state, outcome);
    this.#open -= 1;
    if (job.plan.signal !== undefined) this.#signals.remove(job, job.plan.signal);
    if (state === "failed") this.#setting.onFailed(job, outcome);
    if (state !== "released" && typeof job.task === "object") this.#callbacks.call(job, outcome);
    observer?.ended(job, outcome);
    if (this.#open === 0) this.#checkIdle();
  }

  /** Ends a job that waits for its first or its next attempt. */
  #endWaiting(job: PoolJob, state: "cancelled" | "released", error: Error): void {
    this.#waiting -= 1;
    job.extras?.alarm?.cancel();
    this.#delayed.delete(job);
    this.#end(job, state, error);
    this.#backlog.forget(job);
  }

  readonly #refuseForLackOfRoom = (job: PoolJob): void => this.#refuse(job, this.#room.fullError());

  /** Tells a job that waits for room that it gets none. */
  #refuse(job: PoolJob, error: Error): void {
    const isHeard = job.isObserved || job.extras?.acceptance !== undefined;
    this.#withdraw(job, error);
    if (!isHeard) this.#setting.onError({ error, task: job.task, during: "push" });
  }

  /** Ends a job that was not accepted. */
  #withdraw(job: PoolJob, error: Error): void {
    job.extras?.alarm?.cancel();
    if (job.plan.signal !== undefined) this.#signals.remove(job, job.plan.signal);
    const observer = job.conclude("refused", error);
    this.#room.forget();
    job.extras?.acceptance?.reject(error);
    observer?.ended(job, error);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#open > 0 || this.#room.offers > 0) return;
    this.#backlog.rest();
    this.#watch?.rest();
    if (this.#callbacks.pending > 0) return;
    for (const then of this.#idle.splice(0)) then();
  }

  #watched(): WatchedPool {
    return {
      slotsAreTaken: () => this.#lanes.free === 0,
      begun: () => this.#begun,
      runningJobs: () => this.#lanes.jobs,
      refuse: (job, error) => this.#refuse(job, error),
      report: (error) => this.#setting.onError({ error, task: undefined, during: "wait" }),
    };
  }
}
