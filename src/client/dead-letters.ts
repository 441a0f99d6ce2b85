import type { Inspection, Store } from "../contracts/index.ts";
import { type CodeScheme, type JobRecord, wholeNumber } from "../core/index.ts";
import { CapabilityError, JobStateError, JobUnknownError } from "../errors/index.ts";
import { recordOf } from "./record-of.ts";

/** Jobs removed or replayed in one step, so that no step is long. */
const STEP = 500;

export interface DeadQuery {
  readonly queue?: string;
  readonly task?: string;
  /** 1–1,000. Default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** The dead-letter queue: every job that failed for good, kept until it is replayed or purged. */
export class DeadLetters {
  readonly #store: () => Promise<Store>;
  readonly #codes: CodeScheme | undefined;

  constructor(store: () => Promise<Store>, codes: CodeScheme | undefined) {
    this.#store = store;
    this.#codes = codes;
  }

  /** Dead letters, newest first, a page at a time. */
  async list(query: DeadQuery = {}): Promise<{ jobs: JobRecord[]; cursor?: string }> {
    const limit = wholeNumber(query.limit ?? 50, "limit", 1, 1_000);
    const page = await (await this.#inspection()).list({ ...query, limit, state: "failed" });
    const jobs = page.jobs.map((job) => recordOf(job, this.#codes));
    return page.cursor === undefined ? { jobs } : { jobs, cursor: page.cursor };
  }

  /**
   * Runs one or many dead letters again, as new runs of the same jobs: attempts count from 1, the kept history stays.
   *
   * @throws JobUnknownError, JobStateError when the one job named is not a dead letter; of several, those are left out
   */
  async replay(ids: string | readonly string[]): Promise<JobRecord[]> {
    const named = typeof ids === "string" ? [ids] : ids;
    const inspection = await this.#inspection();
    const replayed: JobRecord[] = [];
    for (let from = 0; from < named.length; from += STEP) {
      for (const job of await inspection.replay(named.slice(from, from + STEP))) {
        if (job !== undefined) replayed.push(recordOf(job, this.#codes));
      }
    }
    if (typeof ids === "string" && replayed.length === 0) await this.#explain(ids);
    return replayed;
  }

  /** Replays every dead letter, or those of a queue or task. Returns how many. */
  async replayAll(query: Omit<DeadQuery, "limit" | "cursor"> = {}): Promise<number> {
    let count = 0;
    let next: Pick<DeadQuery, "cursor"> | undefined = {};
    while (next !== undefined) {
      const { jobs, cursor } = await this.list({ ...query, ...next, limit: STEP });
      count += (await this.replay(jobs.map(({ id }) => id))).length;
      next = cursor === undefined ? undefined : { cursor };
    }
    return count;
  }

  /** Deletes dead letters: those named, or all. Returns how many. */
  async purge(ids?: string | readonly string[]): Promise<number> {
    const inspection = await this.#inspection();
    if (ids !== undefined) return inspection.removeDead(typeof ids === "string" ? [ids] : ids, STEP);
    let count = 0;
    for (;;) {
      const removed = await inspection.removeDead(undefined, STEP);
      count += removed;
      if (removed < STEP) return count;
    }
  }

  async #explain(id: string): Promise<never> {
    const [job] = await (await this.#store()).load([id]);
    if (job === undefined) throw new JobUnknownError(`there is no job ${id}`, { details: { id } });
    throw new JobStateError(`job ${id} is ${job.state}, not a dead letter: only failed jobs can be replayed`, {
      details: { id, state: job.state },
    });
  }

  async #inspection(): Promise<Inspection> {
    const { inspection } = await this.#store();
    if (inspection !== undefined) return inspection;
    throw new CapabilityError(
      "this backend cannot list jobs, so it has no dead-letter queue; use a store or backend that can",
    );
  }
}
