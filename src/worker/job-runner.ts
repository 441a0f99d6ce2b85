import type { Clock, Executor, Lease } from "../contracts/index.ts";
import { type AnyTask, type JobBody, type RunPolicy, decodeBody, runPolicy } from "../core/index.ts";
import { JobCrashedError, TaskUnknownError } from "../errors/index.ts";
import { ChurningMap } from "../internal/churning-map.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import { checkedExecutor } from "./checked-executor.ts";
import type { KnownTasks } from "./known-tasks.ts";
import type { Lane, Reserved } from "./lane.ts";
import { type Outcomes, infoOf } from "./outcomes.ts";
import { type AttemptSetting, RunningJob } from "./running-job.ts";
import { Settling, type WorkerLines } from "./settling.ts";
import { Suspects } from "./suspects.ts";
import type { WorkerHost } from "./worker-host.ts";
import type { WorkerPlan } from "./worker-options.ts";

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
  readonly #lines: () => WorkerLines;
  readonly #onSlotFree: (lane: Lane) => void;
  readonly #setting: AttemptSetting;
  readonly #policies = new WeakMap<AnyTask, RunPolicy>();
  readonly #executors = new WeakMap<AnyTask, Executor>();
  readonly #running = new ChurningMap<string, RunningJob>();
  readonly #hung = new Set<RunningJob>();
  readonly #suspects: Suspects;
  readonly #settling: Settling;

  constructor(
    host: WorkerHost,
    plan: WorkerPlan,
    tasks: KnownTasks,
    executorFor: (task: AnyTask) => Executor,
    outcomes: Outcomes,
    lines: () => WorkerLines,
    onSlotFree: (lane: Lane) => void,
  ) {
    this.#host = host;
    this.#plan = plan;
    this.#tasks = tasks;
    this.#executorFor = executorFor;
    this.#outcomes = outcomes;
    this.#lines = lines;
    this.#onSlotFree = onSlotFree;
    this.#settling = new Settling({ host, plan, outcomes, lines, onGone: (lease) => this.#suspects.drop(lease) });
    this.#suspects = new Suspects(plan.maxCrashes);
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
      onLateStray: (job, end) => this.#settling.amend(job, end),
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
      this.release(lane, reserved);
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
  admit(lane: Lane, reserved: Reserved): boolean {
    const { lease } = reserved;
    return this.#suspects.admit(lease, () => this.#settling.putOff(lease, () => this.cancelReserved(lane, reserved)));
  }

  /** Gives a reserved job back uncharged. */
  release(lane: Lane, reserved: Reserved): void {
    this.#settling.release(reserved.lease, () => this.cancelReserved(lane, reserved));
  }

  /** Ends a reserved job that was cancelled before it had begun. */
  cancelReserved(lane: Lane, { lease, receivedAt }: Reserved): void {
    this.begin(lane, { lease: { ...lease, verdict: "cancelled" }, receivedAt });
  }

  /** Another worker has a reserved job that had not begun here. */
  loseReserved({ lease }: Reserved): void {
    this.#suspects.drop(lease);
    this.#outcomes.stalled(infoOf(lease));
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
        this.#settling.settle(job, { kind: "permanent", error: reasons[at] }, true);
      } else this.#settling.release(job.lease, () => this.#settling.settle(job, { kind: "cancelled" }, true));
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
    this.#settling.settle(job, end, false);
  }

  #ended(job: RunningJob, end: AttemptEnd): void {
    this.#running.delete(job.lease.id);
    job.lane.finishedOne();
    this.#lines().guard.forgetNotes(job);
    this.#settling.settle(job, end, true);
  }

  #returned(job: RunningJob): void {
    this.#hung.delete(job);
    job.lane.running -= 1;
    this.#onSlotFree(job.lane);
  }

  get #clock(): Clock {
    return this.#host.clock;
  }
}

function unknownTask(lease: Lease): AttemptEnd {
  const error = new TaskUnknownError(
    `no worker of queue "${lease.queue}" knew task "${lease.task}" within the limit (unknownTaskLimit)`,
    { details: { id: lease.id, task: lease.task } },
  );
  return { kind: "permanent", error };
}
