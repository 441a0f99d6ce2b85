import assert from "node:assert/strict";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";

/** Extends one of the leases that were given, current or stale. */
export class ExtendCommand implements ModelCommand {
  readonly #choice: number;
  readonly #leaseMs: number;
  readonly #notes: string | undefined;

  constructor(choice: number, leaseMs: number, notes: string | undefined) {
    this.#choice = choice;
    this.#leaseMs = leaseMs;
    this.#notes = notes;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened, tokens }: Run): Promise<void> {
    const ref = tokens.at(-1 - (this.#choice % Math.max(1, tokens.length))) ?? { id: "nobody", lease: 1 };
    const notes = this.#notes;
    const { extended } = await opened.driver.exchange({
      worker: "extender",
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
    return `extend(${this.#choice}, ${this.#leaseMs}, ${JSON.stringify(this.#notes)})`;
  }
}
