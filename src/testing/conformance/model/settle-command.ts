import assert from "node:assert/strict";
import type { Settlement } from "../../../contracts/settlement.ts";
import type { JobModel } from "./job-model.ts";
import { chosenLease, type LeaseChoice } from "./lease-choice.ts";
import type { ModelCommand, Run } from "./model-command.ts";
import { finish, type ModelJob } from "./model-job.ts";

/** Settles one of the leases that were given, current or stale, in any way. */
export class SettleCommand implements ModelCommand {
  readonly #choice: LeaseChoice;
  readonly #ending: Omit<Settlement, "id" | "lease">;

  constructor(choice: LeaseChoice, ending: Omit<Settlement, "id" | "lease">) {
    this.#choice = choice;
    this.#ending = ending;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, run: Run): Promise<void> {
    const ref = chosenLease(this.#choice, model, run);
    const settle = [{ ...ref, ...this.#ending }];
    const { settled } = await run.opened.driver.exchange({
      worker: model.find(ref.id)?.worker ?? "settler",
      leaseMs: 1000,
      settle,
    });
    const job = model.held(ref.id, ref.lease);
    if (job !== undefined && model.isPast(job) && settled[0] === "stale") {
      model.lapse(job);
      return;
    }
    const wanted =
      job === undefined ? "stale" : job.cancelRequested && this.#ending.to !== "cancelled" ? "cancelled" : "applied";
    assert.deepEqual(settled, [wanted], `settle(${ref.id}, ${ref.lease}) to ${this.#ending.to}`);
    if (job !== undefined && wanted === "applied") this.#apply(model, job);
  }

  #apply(model: JobModel, job: ModelJob): void {
    const { to, charged, delayMs, trail, notes, result, error, keep, follow } = this.#ending;
    job.attempt += charged ? 1 : 0;
    job.trail = trail ?? job.trail;
    job.notes = notes ?? job.notes;
    job.error = to === "queued" || to === "succeeded" ? undefined : error;
    if (to === "queued") job.state = "queued";
    else if (to === "retrying") {
      job.state = "retrying";
      job.dueAt = model.now + (delayMs ?? 0);
    } else {
      job.result = to === "succeeded" ? result : undefined;
      finish(job, to, model.now, keep ?? { recordMs: null, resultMs: null });
    }
    for (const next of follow ?? []) model.accept(next);
  }

  toString(): string {
    return `settle(${JSON.stringify(this.#choice)}, ${JSON.stringify(this.#ending)})`;
  }
}
