import assert from "node:assert/strict";
import type { StoredJob } from "../../../contracts/stored-job.ts";
import type { JobModel } from "./job-model.ts";
import type { ModelCommand, Run } from "./model-command.ts";

/** Replays jobs, failed or not. */
export class ReplayCommand implements ModelCommand {
  readonly #ids: readonly string[];

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobModel, { opened }: Run): Promise<void> {
    const replayed = await opened.driver.inspection?.replay(this.#ids);
    if (replayed === undefined) return;
    for (const [index, id] of this.#ids.entries()) {
      const job = model.find(id);
      const got: StoredJob | undefined = replayed[index];
      assert.equal(got?.id, job?.state === "failed" ? id : undefined, `replay(${id}) of a job that is ${job?.state}`);
      if (job === undefined || got === undefined) continue;
      Object.assign(job, { state: "queued", place: undefined, attempt: 0, crashes: 0, cancelRequested: false });
      job.expiresAt = Infinity;
      job.error = undefined;
      assert.deepEqual([got.attempt, got.crashes, got.error, got.lease], [0, 0, undefined, job.lease], `replay(${id})`);
    }
  }

  toString(): string {
    return `replay(${JSON.stringify(this.#ids)})`;
  }
}
