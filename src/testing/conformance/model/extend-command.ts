import assert from "node:assert/strict";
import type { JobModel } from "./job-model.ts";
import { chosenLease, type LeaseChoice } from "./lease-choice.ts";
import type { ModelCommand, Run } from "./model-command.ts";

/** Extends one of the leases that were given, current or stale. */
export class ExtendCommand implements ModelCommand {
  readonly #choice: LeaseChoice;
  readonly #leaseMs: number;
  readonly #notes: string | undefined;

  constructor(choice: LeaseChoice, leaseMs: number, notes: string | undefined) {
    this.#choice = choice;
    this.#leaseMs = leaseMs;
    this.#notes = notes;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, run: Run): Promise<void> {
    const ref = chosenLease(this.#choice, model, run);
    const notes = this.#notes;
    const { extended } = await run.opened.driver.exchange({
      worker: model.find(ref.id)?.worker ?? "extender",
      leaseMs: this.#leaseMs,
      extend: [{ ...ref, ...(notes !== undefined && { notes }) }],
    });
    const job = model.held(ref.id, ref.lease);
    if (job !== undefined && model.isPast(job) && extended[0] === "lost") {
      model.lapse(job);
      return;
    }
    const wanted = job === undefined ? "lost" : job.cancelRequested ? "cancel" : "kept";
    assert.deepEqual(extended, [wanted], `extend(${ref.id}, ${ref.lease})`);
    if (job === undefined) return;
    job.leaseEndsAt = model.now + this.#leaseMs;
    job.notes = notes ?? job.notes;
  }

  toString(): string {
    return `extend(${JSON.stringify(this.#choice)}, ${this.#leaseMs}, ${JSON.stringify(this.#notes)})`;
  }
}
