import assert from "node:assert/strict";
import type { Settlement } from "../../../contracts/settlement.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";
import { finish, type ModelJob } from "./model-job.ts";

/** Settles one of the leases that were given, current or stale, in any way. */
export class SettleCommand implements ModelCommand {
  readonly #choice: number;
  readonly #ending: Omit<Settlement, "id" | "lease">;

  constructor(choice: number, ending: Omit<Settlement, "id" | "lease">) {
    this.#choice = choice;
    this.#ending = ending;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened, tokens }: Run): Promise<void> {
    // The latest are chosen first: among all that were ever given, most are stale.
    const ref = tokens.at(-1 - (this.#choice % Math.max(1, tokens.length))) ?? { id: "nobody", lease: 1 };
    const settle = [{ ...ref, ...this.#ending }];
    const { settled } = await opened.driver.exchange({ worker: "settler", leaseMs: 1000, settle });
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
    return `settle(${this.#choice}, ${JSON.stringify(this.#ending)})`;
  }
}
