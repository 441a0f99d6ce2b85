import type { Clock, Executor, Lease, Settlement } from "../contracts/index.ts";
import { type AnyTask, type JobBody, type RunPolicy, decodeBody, runPolicy } from "../core/index.ts";
import { JobCrashedError, TaskUnknownError } from "../errors/index.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import { callbackJob, hasCallbacks } from "./callbacks.ts";
import { checkedExecutor } from "./checked-executor.ts";
import type { Conversation, PendingSettlement } from "./conversation.ts";
import { decide } from "./decide.ts";
import type { KnownTasks } from "./known-tasks.ts";
import type { Lane, Reserved } from "./lane.ts";
import type { LeaseGuard } from "./lease-guard.ts";
import { type Outcomes, infoOf } from "./outcomes.ts";
import { type AttemptSetting, RunningJob } from "./running-job.ts";
import { Suspects } from "./suspects.ts";
import type { WorkerHost } from "./worker-host.ts";
import type { WorkerPlan } from "./worker-options.ts";

/** What a runner speaks with. */
export interface RunnerLines {
  readonly conversation: Conversation;
  readonly guard: LeaseGuard;
}

/** How long a suspect is put off while another one is held. */
const PUT_OFF_MS = 500;

/** How long bodies that were killed are waited for when a worker stops. */
const KILL_LIMIT_MS = 500;

const NOTHING: JobBody = { args: [], plan: {} };

/** Runs reserved jobs in their lanes' slots, and settles what becomes of them. */
export class JobRunner {
  readonly #host: WorkerHost;
  readonly #plan: WorkerPlan;
  readonly #tasks: KnownTasks;
  readonly #executorFor: (task: AnyTask) => Executor;
  readonly #outcomes: Outcomes;
  readonly #lines: () => RunnerLines;
  readonly #onSlotFree: (lane: Lane) => void;
  readonly #setting: AttemptSetting;
  readonly #policies = new WeakMap<AnyTask, RunPolicy>();
  readonly #executors = new WeakMap<AnyTask, Executor>();
  readonly #running = new Map<string, RunningJob>();
  readonly #hung = new Set<RunningJob>();
  readonly #suspects: Suspects;

  constructor(
    host: WorkerHost,
    plan: WorkerPlan,
    tasks: KnownTasks,
    executorFor: (task: AnyTask) => Executor,
    outcomes: Outcomes,
    lines: () => RunnerLines,
    onSlotFree: (lane: Lane) => void,
  ) {
    this.#host = host;
    this.#plan = plan;
    this.#tasks = tasks;
    this.#executorFor = executorFor;
    this.#outcomes = outcomes;
    this.#lines = lines;
    this.#onSlotFree = onSlotFree;
    this.#suspects = new Suspects(plan.maxCrashes, (lease) => this.#putOff(lease));
    this.#setting = {
      clock: host.clock,
      logger: host.logger,
      maxPayloadBytes: host.maxPayloadBytes,
      middleware: host.middleware,
      onEnd: (job, end) => this.#ended(job, end),
      onReturn: (job) => this.#returned(job),
      onHung: (job) => {
        this.#hung.add(job);
        this.#outcomes.hung(infoOf(job.lease));
        // No slot is free, but one attempt less is waited for.
        this.#onSlotFree(job.lane);
      },
      onLateStray: (job, end) => this.#amend(job, end),
      onNoted: (job) => this.#lines().guard.noted(job),
    };
  }

  /** Attempts that are not settled. */
  get running(): number {
    return this.#running.size;
  }

  /** Functions that hold a slot after their attempt was settled without them. */
  get hung(): number {
    return this.#hung.size;
  }

  /** Starts a reserved job in a slot of its lane, or settles it at once where it must not run; whether it started. */
  begin(lane: Lane, reserved: Reserved): boolean {
    const { lease } = reserved;
    const task = this.#tasks.get(lease.task);
    let body: JobBody;
    try {
      body = decodeBody(lease.body);
    } catch (error) {
      const policy = this.#policyOf(task, NOTHING);
      this.#settleUnrun(new RunningJob(reserved, lane, task, NOTHING, policy, this.#setting), {
        kind: "permanent",
        error,
      });
      return false;
    }
    const policy = this.#policyOf(task, body);
    const job = new RunningJob(reserved, lane, task, body, policy, this.#setting);
    const end = this.#reasonNotToRun(lease, policy, task);
    if (end !== undefined) {
      this.#settleUnrun(job, end);
      return false;
    }
    if (task === undefined) {
      // The file behind it is gone since it was asked for; asked for again, without that name, the job is set aside.
      this.#tasks.refresh();
      this.release(lease);
      return false;
    }
    this.#running.set(lease.id, job);
    lane.running += 1;
    this.#outcomes.started(lease);
    if (this.#suspects.isSuspect(lease)) void this.#startAlone(job, this.#executorOf(task));
    else job.start(this.#executorOf(task), body.args);
    return true;
  }

  /** Whether a reserved job may stay; one that may not is on its way back. */
  admit(lease: Lease): boolean {
    return this.#suspects.admit(lease);
  }

  /** Gives a lease back uncharged. */
  release(lease: Lease): void {
    const { conversation } = this.#lines();
    conversation.settle({
      settlement: { id: lease.id, lease: lease.lease, to: "queued", charged: false },
      onOutcome: (outcome) => {
        if (outcome === "cancelled") {
          conversation.settle({
            settlement: decide({ ...this.#decisionOf(lease, runPolicy(this.#host.plan)), end: { kind: "cancelled" } }),
            onOutcome: () => this.#drop(lease),
          });
          return;
        }
        this.#drop(lease);
        if (outcome === "applied") this.#outcomes.released(infoOf(lease));
      },
    });
  }

  /** Another worker has the job. */
  lose(id: string, lease: number): void {
    const job = this.#running.get(id);
    if (job?.lease.lease !== lease) return;
    this.#running.delete(id);
    job.lose();
    this.#suspects.drop(job.lease);
    this.#outcomes.stalled(infoOf(job.lease));
  }

  cancel(id: string, lease: number): void {
    const job = this.#running.get(id);
    if (job?.lease.lease === lease) job.cancel();
  }

  /**
   * The worker ends: what still runs is given back uncharged; what may be started only once has failed instead. Bodies that
   * can be ended are, before their jobs are given to anybody else.
   */
  async leaveAll(): Promise<void> {
    const jobs = [...this.#running.values()];
    this.#running.clear();
    const reasons = jobs.map(({ lease }) => new JobCrashedError(`the worker stopped before job ${lease.id} was done`));
    for (const [at, job] of jobs.entries()) job.leave(reasons[at] ?? new Error("the worker stopped"));
    await this.#killed(jobs.filter((job) => job.isKillable));
    for (const [at, job] of jobs.entries()) {
      if (job.policy.delivery === "at-most-once") {
        this.#settle(job, { kind: "permanent", error: reasons[at] }, true);
      } else this.release(job.lease);
    }
  }

  /** Resolves when these bodies are over, or it is no use to wait any longer. */
  async #killed(jobs: readonly RunningJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(KILL_LIMIT_MS, resolve);
      void Promise.all(jobs.map((job) => job.back())).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #startAlone(job: RunningJob, executor: Executor): Promise<void> {
    await this.#suspects.othersAway();
    // Lost, or left behind by a stop, in the meantime.
    if (job.isSettled) this.#returned(job);
    else job.start(executor, job.body.args);
  }

  /** Gives a lease back uncharged, not to be reserved again for a while. */
  #putOff(lease: Lease): Promise<void> {
    const { conversation, guard } = this.#lines();
    return new Promise((resolve) => {
      conversation.settle({
        settlement: { id: lease.id, lease: lease.lease, to: "retrying", charged: false, delayMs: PUT_OFF_MS },
        onOutcome: () => {
          guard.drop(lease);
          resolve();
        },
      });
    });
  }

  /** The lease is not this worker's any more. */
  #drop(lease: Lease): void {
    this.#lines().guard.drop(lease);
    this.#suspects.drop(lease);
  }

  #policyOf(task: AnyTask | undefined, body: JobBody): RunPolicy {
    const plain = Object.keys(body.plan).length === 0;
    if (task === undefined || !plain) return runPolicy(this.#host.plan, task?.plan, body.plan);
    let policy = this.#policies.get(task);
    if (policy === undefined) {
      policy = runPolicy(this.#host.plan, task.plan);
      this.#policies.set(task, policy);
    }
    return policy;
  }

  #executorOf(task: AnyTask): Executor {
    let executor = this.#executors.get(task);
    if (executor === undefined) {
      executor = checkedExecutor(task, this.#executorFor(task));
      this.#executors.set(task, executor);
    }
    return executor;
  }

  #reasonNotToRun(lease: Lease, policy: RunPolicy, task: AnyTask | undefined): AttemptEnd | undefined {
    if (lease.verdict === "cancelled") return { kind: "cancelled" };
    if (lease.verdict === "expired") return { kind: "expired" };
    if (lease.verdict === "unknown-task" && task === undefined) return unknownTask(lease);
    const allowed = policy.delivery === "at-most-once" ? 1 : this.#plan.maxCrashes;
    if (lease.crashes < allowed) return undefined;
    const times = `${lease.crashes} time${lease.crashes === 1 ? "" : "s"}`;
    const error = new JobCrashedError(
      `the worker that ran job ${lease.id} of task "${lease.task}" died, or lost its lease, ${times}; it is not run again`,
      { details: { id: lease.id, crashes: lease.crashes } },
    );
    return { kind: "permanent", error };
  }

  /** Nothing ran, so nothing is charged; the reason stands in the record. */
  #settleUnrun(job: RunningJob, end: AttemptEnd): void {
    this.#settle(job, end, false);
  }

  #ended(job: RunningJob, end: AttemptEnd): void {
    this.#running.delete(job.lease.id);
    job.lane.finishedOne();
    this.#lines().guard.forgetNotes(job);
    this.#settle(job, end, true);
  }

  #returned(job: RunningJob): void {
    this.#hung.delete(job);
    job.lane.running -= 1;
    this.#onSlotFree(job.lane);
  }

  #settle(job: RunningJob, end: AttemptEnd, ran: boolean): void {
    job.outcome = this.#outcomeOf(job, end, ran);
    this.#lines().conversation.settle(job.outcome);
  }

  /** Node tells of a rejection that nobody awaits after the body is back, in the same turn: before its outcome leaves. */
  #amend(job: RunningJob, end: AttemptEnd): boolean {
    const { outcome } = job;
    if (outcome === undefined || outcome.sent === true) return false;
    if (outcome.settlement.to === "succeeded") Object.assign(outcome, this.#outcomeOf(job, end, true));
    return true;
  }

  #outcomeOf(job: RunningJob, end: AttemptEnd, ran: boolean): PendingSettlement {
    const { lease, policy, task } = job;
    const endedAt = lease.reservedAt + Math.round(this.#clock.monotonic() - job.receivedAt);
    const decided = decide({
      ...this.#decisionOf(lease, policy),
      maxPayloadBytes: this.#maxResultBytes(task),
      end,
      valueTold: task !== undefined && hasCallbacks(task),
      endedAt,
      ran,
      notes: job.notes,
      maxAttempts: job.maxAttempts,
    });
    const settlement = ran ? decided : uncharged(decided);
    return {
      settlement: this.#withCallbacks(settlement, task, job),
      onOutcome: (outcome) => {
        if (outcome === "cancelled") {
          // Somebody cancelled it while its outcome was on the way: cancelled beats what comes later.
          this.#settle(job, { kind: "cancelled" }, ran);
          return;
        }
        this.#drop(lease);
        if (outcome === "stale") this.#outcomes.stalled(infoOf(lease));
        else this.#outcomes.recorded(lease, settlement, end, endedAt - lease.reservedAt);
      },
    };
  }

  #withCallbacks(settlement: Settlement, task: AnyTask | undefined, job: RunningJob): Settlement {
    const { lease, body, policy } = job;
    const follow = task === undefined ? undefined : callbackJob(task, lease, settlement, body.traceparent);
    if (follow === undefined) return settlement;
    const { result, ...rest } = settlement;
    return { ...rest, ...(result === undefined || policy.resultMs === 0 ? {} : { result }), follow: [follow] };
  }

  #decisionOf(lease: Lease, policy: RunPolicy): Omit<Parameters<typeof decide>[0], "end"> {
    return {
      lease,
      policy,
      endedAt: lease.reservedAt,
      ran: false,
      worker: this.#plan.name,
      notes: undefined,
      maxAttempts: undefined,
      maxPayloadBytes: this.#host.maxPayloadBytes,
    };
  }

  /** A program's output has a cap of its own; as JSON, a byte of it may take six: NUL is `\u0000`. */
  #maxResultBytes(task: AnyTask | undefined): number {
    const { maxPayloadBytes } = this.#host;
    return Math.max(maxPayloadBytes, 6 * (task?.executable?.maxOutputBytes ?? 0) + 2);
  }

  get #clock(): Clock {
    return this.#host.clock;
  }
}

/** The end of a job without an attempt: none is charged, and none is put into its history. */
function uncharged({ trail: _, ...settlement }: Settlement): Settlement {
  return { ...settlement, charged: false };
}

function unknownTask(lease: Lease): AttemptEnd {
  const error = new TaskUnknownError(
    `no worker of queue "${lease.queue}" knew task "${lease.task}" within the limit (unknownTaskLimit)`,
    { details: { id: lease.id, task: lease.task } },
  );
  return { kind: "permanent", error };
}
