import type { Lease, Settlement } from "../contracts/index.ts";
import { type AnyTask, type RunPolicy, encodeTrail } from "../core/index.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";
import { callbackJob, hasCallbacks } from "./callbacks.ts";
import type { Conversation, PendingSettlement } from "./conversation.ts";
import { decide } from "./decide.ts";
import type { LeaseGuard } from "./lease-guard.ts";
import { type Outcomes, infoOf } from "./outcomes.ts";
import type { RunningJob } from "./running-job.ts";
import type { WorkerHost } from "./worker-host.ts";
import type { WorkerPlan } from "./worker-options.ts";

/** What a worker speaks with, once it has started. */
export interface WorkerLines {
  readonly conversation: Conversation;
  readonly guard: LeaseGuard;
}

/** What settling stands on, and whom it tells. */
export interface SettlingSetting {
  readonly host: WorkerHost;
  readonly plan: WorkerPlan;
  readonly outcomes: Outcomes;
  readonly lines: () => WorkerLines;
  /** The lease is not this worker's any more. */
  readonly onGone: (lease: Lease) => void;
}

/** How long a job that is put off is not reserved. */
const PUT_OFF_MS = 500;

/** Tells the store what became of jobs, and those who listen what the store made of it. */
export class Settling {
  readonly #host: WorkerHost;
  readonly #plan: WorkerPlan;
  readonly #outcomes: Outcomes;
  readonly #lines: () => WorkerLines;
  readonly #onGone: (lease: Lease) => void;

  constructor({ host, plan, outcomes, lines, onGone }: SettlingSetting) {
    this.#host = host;
    this.#plan = plan;
    this.#outcomes = outcomes;
    this.#lines = lines;
    this.#onGone = onGone;
  }

  /** Says how a job's attempt ended; one that did not run is not charged, and not put into its history. */
  settle(job: RunningJob, end: AttemptEnd, ran: boolean): void {
    job.outcome = this.#outcomeOf(job, end, ran);
    this.#lines().conversation.settle(job.outcome);
  }

  /** Node tells of a rejection that nobody awaits after the body is back, in the same turn: before its outcome leaves. */
  amend(job: RunningJob, end: AttemptEnd): boolean {
    const { outcome } = job;
    if (outcome === undefined || outcome.sent === true) return false;
    if (outcome.settlement.to === "succeeded") Object.assign(outcome, this.#outcomeOf(job, end, true));
    return true;
  }

  /**
   * Gives a lease back uncharged.
   *
   * @param cancelled settles it in the end, if somebody cancelled its job: that job goes back to no queue
   */
  release(lease: Lease, cancelled: () => void): void {
    this.#lines().conversation.settle({
      settlement: { id: lease.id, lease: lease.lease, to: "queued", charged: false },
      onOutcome: (outcome) => {
        if (outcome === "cancelled") {
          cancelled();
          return;
        }
        this.#drop(lease);
        if (outcome === "applied") this.#outcomes.released(infoOf(lease));
      },
    });
  }

  /** The same, not to be reserved again for a while; resolves when it is back, or is to be settled. */
  putOff(lease: Lease, cancelled: () => void): Promise<void> {
    const { conversation, guard } = this.#lines();
    return new Promise((resolve) => {
      conversation.settle({
        settlement: { id: lease.id, lease: lease.lease, to: "retrying", charged: false, delayMs: PUT_OFF_MS },
        onOutcome: (outcome) => {
          if (outcome === "cancelled") cancelled();
          else guard.drop(lease);
          resolve();
        },
      });
    });
  }

  #outcomeOf(job: RunningJob, end: AttemptEnd, ran: boolean): PendingSettlement {
    const { lease, policy, task } = job;
    const endedAt = lease.reservedAt + Math.round(this.#host.clock.monotonic() - job.receivedAt);
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
    const settlement = ran ? decided : uncharged(decided, lease);
    return {
      settlement: this.#withCallbacks(settlement, task, job),
      onOutcome: (outcome) => {
        if (outcome === "cancelled") {
          // Somebody cancelled it while its outcome was on the way: cancelled beats what comes later.
          this.settle(job, { kind: "cancelled" }, ran);
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

  #drop(lease: Lease): void {
    this.#lines().guard.drop(lease);
    this.#onGone(lease);
  }
}

/**
 * The end of a job without an attempt: none is charged, and none is put into its history. A dead letter has one all the same,
 * by which its replay is known.
 */
function uncharged({ trail: _, ...settlement }: Settlement, lease: Lease): Settlement {
  const isFirst = settlement.to === "failed" && lease.trail === undefined;
  return { ...settlement, charged: false, ...(isFirst ? { trail: encodeTrail({ attempts: [] }) } : {}) };
}
