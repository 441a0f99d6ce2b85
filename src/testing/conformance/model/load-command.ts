import assert from "node:assert/strict";
import type { StoredJob } from "../../../contracts/stored-job.ts";
import { isFinal, type JobState } from "../../../core/state.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";
import type { ModelJob } from "./model-job.ts";

/** Reads records, and compares everything that the contracts say of them. */
export class LoadCommand implements ModelCommand {
  readonly #ids: readonly string[];

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened }: Run): Promise<void> {
    const loaded = await opened.driver.load(this.#ids);
    assert.equal(loaded.length, this.#ids.length, "load has one answer for each id");
    for (const [index, id] of this.#ids.entries()) compareRecord(model, id, loaded[index]);
  }

  toString(): string {
    return `load(${JSON.stringify(this.#ids)})`;
  }
}

/** One record against the model. */
export function compareRecord(model: JobModel, id: string, stored: StoredJob | undefined): void {
  const job = model.find(id);
  assert.equal(stored?.id, job?.job.id, `load(${id})`);
  if (job === undefined || stored === undefined) return;
  const { task, queue, priority, body, lease, attempt, cancelRequested, trail, notes, worker } = stored;
  assert.deepEqual(
    { task, queue, priority, body, lease, attempt, trail, notes, worker },
    {
      task: job.job.task,
      queue: job.job.queue,
      priority: job.job.priority,
      body: job.job.body,
      lease: job.lease,
      attempt: job.attempt,
      trail: job.trail,
      notes: job.notes,
      worker: job.worker,
    },
    `load(${id})`,
  );
  assert.ok(statesOf(model, job).includes(stored.state), `load(${id}) reads ${stored.state}, not ${job.state}`);
  const past = model.isPast(job);
  assert.ok(stored.crashes === job.crashes || (past && stored.crashes === job.crashes + 1), `crashes of ${id}`);
  if (!isFinal(job.state)) assert.equal(cancelRequested, job.cancelRequested, `cancelRequested of ${id}`);
  if (job.state === "failed" || job.state === "retrying") assert.equal(stored.error, job.error, `error of ${id}`);
  const kept = job.state === "succeeded" && job.resultKeptUntil > model.now;
  assert.equal(stored.result, kept ? job.result : undefined, `result of ${id}`);
}

/** The states that a record may show now. */
function statesOf(model: JobModel, job: ModelJob): readonly JobState[] {
  if (model.isExpired(job)) return ["expired"];
  // A lease that is past, and a job that is due, may be noticed only by the next reservation.
  if (model.isPast(job)) return ["running", job.expiresAt < model.now ? "expired" : "queued"];
  // Handed out only to be settled as expired: it is reserved, but it does not run.
  if (job.state === "running" && job.expired) return ["running", "expired"];
  const due = (job.state === "scheduled" || job.state === "retrying") && job.dueAt <= model.now;
  return due ? [job.state, "queued"] : [job.state];
}
