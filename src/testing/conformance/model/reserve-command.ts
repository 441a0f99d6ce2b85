import assert from "node:assert/strict";
import type { Reservation } from "../../../contracts/exchange.ts";
import type { Lease } from "../../../contracts/lease.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";
import type { ModelJob } from "./model-job.ts";

/** Asks for jobs, and compares what comes, and in which order, with all that could have come. */
export class ReserveCommand implements ModelCommand {
  readonly #worker: string;
  readonly #reservation: Reservation;

  constructor(worker: string, reservation: Reservation) {
    this.#worker = worker;
    this.#reservation = reservation;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened, tokens }: Run): Promise<void> {
    const reserve = this.#reservation;
    const { leases, parked } = await opened.driver.exchange({ worker: this.#worker, leaseMs: 1000, reserve });
    model.makeDue(reserve.queues.map(({ name }) => name));
    for (const { queue, task, count } of parked) {
      const waiting = model
        .all()
        .filter((each) => mayCome(model, each) && each.job.queue === queue && each.job.task === task);
      assert.ok(!reserve.tasks.includes(task), `a job of a known task was parked: ${task}`);
      assert.ok(count > 0 && count <= waiting.length, `${count} jobs were parked, ${waiting.length} wait`);
    }
    for (const { name, limit } of reserve.queues) {
      const given = leases.filter(({ queue }) => queue === name);
      assert.ok(given.length <= limit, `at most ${limit} leases of ${name}, got ${given.length}`);
      this.#compareQueue(model, name, given, limit);
    }
    for (const lease of leases) {
      this.#begin(model, lease);
      tokens.push({ id: lease.id, lease: lease.lease });
    }
  }

  #compareQueue(model: JobModel, queue: string, given: readonly Lease[], limit: number): void {
    const waiting = model.all().filter((each) => each.job.queue === queue && mayCome(model, each));
    const got = given.map(({ id }) => {
      const job = waiting.find((each) => each.job.id === id);
      assert.ok(
        job,
        `${id} was handed out, but does not wait in ${queue}: it is ${model.find(id)?.state ?? "unknown"}`,
      );
      assert.ok(
        this.#knows(job) || verdictOf(model, job) !== undefined,
        `${id} was handed to a worker that does not know its task`,
      );
      return job;
    });
    for (const [index, job] of got.entries()) {
      const next = got[index + 1];
      assert.ok(next === undefined || !comesFirst(next, job), `${next?.job.id} was handed out after ${job.job.id}`);
    }
    const missed = waiting.filter((job) => job.state === "queued" && !got.includes(job) && this.#knows(job));
    assert.ok(missed.length === 0 || got.length === limit, `${missed[0]?.job.id} was not handed out; there was room`);
    for (const job of missed) {
      const wrong = got.find((each) => comesFirst(job, each));
      assert.ok(!wrong, `${wrong?.job.id} was handed out, ${job.job.id} was first`);
    }
  }

  #knows({ job }: ModelJob): boolean {
    return this.#reservation.tasks.includes(job.task);
  }

  #begin(model: JobModel, lease: Lease): void {
    const job = model.find(lease.id);
    assert.ok(job);
    assert.ok(lease.lease > job.lease, `token ${lease.lease} of ${lease.id} is not above ${job.lease}`);
    const { id, task, queue, priority, body, attempt, crashes, trail, verdict } = lease;
    assert.deepEqual(
      { id, task, queue, priority, body, attempt, crashes, trail },
      {
        id: job.job.id,
        task: job.job.task,
        queue: job.job.queue,
        priority: job.job.priority,
        body: job.job.body,
        attempt: job.attempt + 1,
        crashes: job.crashes,
        trail: job.trail,
      },
      "a lease says what the job is, how often it was charged, and how often it crashed",
    );
    if (job.cancelRequested && job.expiresAt < model.now) assert.ok(verdict === "cancelled" || verdict === "expired");
    else assert.equal(verdict, verdictOf(model, job), `verdict of ${id}`);
    Object.assign(job, {
      state: "running",
      lease: lease.lease,
      leaseEndsAt: model.now + this.#reservation.leaseMs,
      worker: this.#worker,
      expired: job.expiresAt < model.now,
    } satisfies Partial<ModelJob>);
  }

  toString(): string {
    return `reserve(${this.#worker}, ${JSON.stringify(this.#reservation)})`;
  }
}

function verdictOf(model: JobModel, job: ModelJob): "cancelled" | "expired" | undefined {
  if (job.cancelRequested) return "cancelled";
  return job.expiresAt < model.now ? "expired" : undefined;
}

/** It is queued; or it is not due but expired, and whether it is handed out before it is due the contracts leave open. */
function mayCome(model: JobModel, job: ModelJob): boolean {
  return job.state === "queued" || model.isExpired(job);
}

/** Whether one must be handed out before the other, where the contracts say. */
function comesFirst(one: ModelJob, other: ModelJob): boolean {
  if (one.state !== "queued" || other.state !== "queued") return false;
  if (one.job.priority !== other.job.priority) return one.job.priority > other.job.priority;
  return one.place !== undefined && other.place !== undefined && one.place < other.place;
}
