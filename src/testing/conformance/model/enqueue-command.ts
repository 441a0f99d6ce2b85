import assert from "node:assert/strict";
import type { NewJob } from "../../../contracts/new-job.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";

/** Sends jobs; the ids come from a small set, so that many are there already. */
export class EnqueueCommand implements ModelCommand {
  readonly #jobs: readonly NewJob[];

  constructor(jobs: readonly NewJob[]) {
    this.#jobs = jobs;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened }: Run): Promise<void> {
    const wanted = this.#jobs.map((job) => model.accept(job));
    assert.deepEqual(await opened.driver.enqueue(this.#jobs), wanted, "enqueue: outcomes in the order given");
  }

  toString(): string {
    return `enqueue(${JSON.stringify(this.#jobs)})`;
  }
}
