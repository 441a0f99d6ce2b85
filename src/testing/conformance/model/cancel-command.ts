import assert from "node:assert/strict";
import type { Keep } from "../../../contracts/settlement.ts";
import { isFinal, type JobState } from "../../../core/state.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";
import { finish } from "./model-job.ts";

/** Asks for jobs not to be. */
export class CancelCommand implements ModelCommand {
  readonly #ids: readonly string[];
  readonly #keep: Keep;

  constructor(ids: readonly string[], keep: Keep) {
    this.#ids = ids;
    this.#keep = keep;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened }: Run): Promise<void> {
    const states = await opened.driver.requestCancel(this.#ids, this.#keep);
    assert.equal(states.length, this.#ids.length, "requestCancel has one answer for each id");
    for (const [index, id] of this.#ids.entries()) this.#compare(model, id, states[index]);
  }

  #compare(model: JobModel, id: string, got: JobState | undefined): void {
    const job = model.find(id);
    if (job === undefined || isFinal(job.state)) {
      assert.equal(got, job?.state, `requestCancel(${id}): a final state never changes`);
      return;
    }
    // The contracts leave open what becomes of a job that reads as expired but was not settled so.
    const lapsedAndExpired = model.isPast(job) && job.expiresAt < model.now;
    const readsAsExpired = model.isExpired(job) || lapsedAndExpired || (job.state === "running" && job.expired);
    if (readsAsExpired && got === "expired") return;
    // And whether a lease that is past, but that no reservation has noticed, still runs.
    const lapsed = model.isPast(job) && got === "cancelled";
    const runs = job.state === "running" && !lapsed;
    assert.equal(got, runs ? "running" : "cancelled", `requestCancel(${id}) of a job that is ${job.state}`);
    job.cancelRequested = true;
    if (lapsed) job.crashes += 1;
    if (!runs) finish(job, "cancelled", model.now, this.#keep);
  }

  toString(): string {
    return `cancel(${JSON.stringify(this.#ids)}, ${JSON.stringify(this.#keep)})`;
  }
}
