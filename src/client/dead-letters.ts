import type { Inspection, Store } from "../contracts/index.ts";
import type { CodeScheme, JobRecord } from "../core/index.ts";
import { CapabilityError, JobStateError, JobUnknownError } from "../errors/index.ts";
import { stepsOf } from "../internal/steps.ts";
import { listQuery, refuseStrangeIds } from "./looking.ts";
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
  readonly #read: <T>(look: (store: Store) => Promise<T>) => Promise<T>;
  readonly #codes: CodeScheme | undefined;

  /** @param read asks the store, patiently */
  constructor(read: <T>(look: (store: Store) => Promise<T>) => Promise<T>, codes: CodeScheme | undefined) {
    this.#read = read;
    this.#codes = codes;
  }

  /** Dead letters, newest first, a page at a time. */
  async list(query: DeadQuery = {}): Promise<{ jobs: JobRecord[]; cursor?: string }> {
    const checked = listQuery({ ...query, state: "failed" });
    const page = await this.#inspect((inspection) => inspection.list(checked));
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
    refuseStrangeIds(named);
    const replayed: JobRecord[] = [];
    for (const step of stepsOf(named, STEP)) {
      for (const job of await this.#inspect((inspection) => inspection.replay(step))) {
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
    const named = typeof ids === "string" ? [ids] : ids;
    let count = 0;
    if (named !== undefined) {
      refuseStrangeIds(named);
      for (const step of stepsOf(named, STEP)) {
        count += await this.#inspect((inspection) => inspection.removeDead(step, STEP));
      }
      return count;
    }
    for (;;) {
      const removed = await this.#inspect((inspection) => inspection.removeDead(undefined, STEP));
      count += removed;
      if (removed < STEP) return count;
    }
  }

  async #explain(id: string): Promise<never> {
    const [job] = await this.#read((store) => store.load([id]));
    if (job === undefined) throw new JobUnknownError(`there is no job ${id}`, { details: { id } });
    throw new JobStateError(`job ${id} is ${job.state}, not a dead letter: only failed jobs can be replayed`, {
      details: { id, state: job.state },
    });
  }

  #inspect<T>(look: (inspection: Inspection) => Promise<T>): Promise<T> {
    return this.#read(async ({ inspection }) => {
      if (inspection !== undefined) return look(inspection);
      throw new CapabilityError(
        "this backend cannot list jobs, so it has no dead-letter queue; use a store or backend that can",
      );
    });
  }
}
