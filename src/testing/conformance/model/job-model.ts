import type { NewJob } from "../../../contracts/new-job.ts";
import { isFinal } from "../../../core/state.ts";
import type { ModelJob } from "./model-job.ts";

/** A small pure model of a store: what it must answer, by the contracts alone. It knows nothing of any driver. */
export class JobModel {
  now = 0;
  readonly #jobs = new Map<string, ModelJob>();
  #accepted = 0;

  /** The job as far as its record lives; an id whose retention is over is unknown. */
  find(id: string): ModelJob | undefined {
    const job = this.#jobs.get(id);
    return job !== undefined && isFinal(job.state) && job.keptUntil <= this.now ? undefined : job;
  }

  all(): readonly ModelJob[] {
    return [...this.#jobs.keys()].flatMap((id) => this.find(id) ?? []);
  }

  /** Accepts a job unless its id is there. */
  accept(job: NewJob): "accepted" | "exists" {
    if (this.find(job.id) !== undefined) return "exists";
    this.#accepted += 1;
    const dueAt = this.now + (job.delayMs ?? 0);
    this.#jobs.set(job.id, {
      job,
      place: this.#accepted,
      state: dueAt > this.now ? "scheduled" : "queued",
      lease: job.lease ?? 0,
      attempt: 0,
      crashes: 0,
      cancelRequested: false,
      leaseEndsAt: 0,
      expired: false,
      dueAt,
      expiresAt: job.expireAfterMs === undefined ? Infinity : this.now + job.expireAfterMs,
      trail: undefined,
      notes: undefined,
      result: undefined,
      error: undefined,
      worker: undefined,
      keptUntil: Infinity,
      resultKeptUntil: Infinity,
    });
    return "accepted";
  }

  /** The job, if this is its current lease, lapsed or not. */
  held(id: string, lease: number): ModelJob | undefined {
    const job = this.find(id);
    return job?.state === "running" && job.lease === lease ? job : undefined;
  }

  /** Its lease is past, but no reservation may have noticed: whether the holder is still heard is the driver's choice. */
  isPast(job: ModelJob): boolean {
    return job.state === "running" && job.leaseEndsAt < this.now;
  }

  /** It waits and its expiry is past, so it reads as expired. */
  isExpired(job: ModelJob): boolean {
    return ["scheduled", "queued", "retrying"].includes(job.state) && job.expiresAt < this.now;
  }

  lapse(job: ModelJob): void {
    job.state = "queued";
    job.crashes += 1;
  }

  /** What a broker does before it reserves: due jobs and lapsed leases are queued. */
  makeDue(queues: readonly string[]): void {
    for (const job of this.#jobs.values()) {
      if (!queues.includes(job.job.queue)) continue;
      if ((job.state === "scheduled" || job.state === "retrying") && job.dueAt <= this.now) job.state = "queued";
      if (this.isPast(job)) this.lapse(job);
    }
  }
}
