import type { Keep, QueueCount, RecordUpdate, SaveOutcome, StoredJob } from "../../contracts/index.ts";
import type { JobState } from "../../core/state.ts";
import { inSteps, upTo } from "../../internal/steps.ts";
import { type RawUpdate, SAVE_OUTCOMES, packUpdates } from "./packed-updates.ts";
import type { Partition } from "./partition.ts";
import { type Loaded, type RawJobs, readJobs } from "./stored-jobs.ts";
import { readHead, stateOf } from "./stored-record.ts";

const COUNTED = ["queued", "scheduled", "retrying", "running", "succeeded", "failed", "expired", "cancelled"] as const;
/** Jobs that are accepted together. */
const BATCH_JOBS = 1_000;
/** Jobs of one call that are looked at, and of one that changes each by itself: a script holds up everybody else. */
const READ_JOBS = 250;
const CHANGED_JOBS = 100;

/** What one partition knows of its jobs, for those who send, ask and clear up. */
export class Records {
  readonly #partition: Pick<Partition, "run" | "enqueue">;

  constructor(partition: Pick<Partition, "run" | "enqueue">) {
    this.#partition = partition;
  }

  /** One step up to 1,000 jobs, so that a batch is seen whole. */
  async load(ids: readonly string[]): Promise<Loaded> {
    let now = 0;
    const jobs = await inSteps(ids, BATCH_JOBS, async (step) => {
      const loaded = readJobs(step, await this.#partition.run<RawJobs>("load", step));
      now = loaded.now;
      return loaded.jobs;
    });
    return { now, jobs };
  }

  /** The same, with what tells apart jobs that had one id after the other. */
  async loadListed(ids: readonly string[]): Promise<Loaded & { readonly bases: readonly (number | undefined)[] }> {
    if (ids.length === 0) return { now: 0, jobs: [], bases: [] };
    const raw = await this.#partition.run<RawJobs>("load", ids);
    const bases = raw[1].map((record) => (record === null ? undefined : readHead(record)?.base));
    return { ...readJobs(ids, raw), bases };
  }

  /** Loads jobs, and has this process told of the end of those that are not final. */
  async watch(ids: readonly string[], listener: string): Promise<Loaded> {
    return readJobs(ids, await this.#partition.run<RawJobs>("watch", [listener, ...ids]));
  }

  async save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    if (updates.length === 0) return [];
    const letters = await this.#partition.run<readonly RawUpdate[]>("save", packUpdates(updates));
    const missing = updates.filter((_, at) => letters[at] === "m");
    if (missing.length > 0) {
      const jobs = missing.map(({ job }) => job);
      await this.#partition.enqueue("insert", jobs);
    }
    const rest = (await this.save(missing)).values();
    return letters.map((letter) => (letter === "m" ? (rest.next().value ?? "stale") : SAVE_OUTCOMES[letter]));
  }

  async cancel(ids: readonly string[], { recordMs }: Keep): Promise<readonly (JobState | undefined)[]> {
    const letters = await inSteps(ids, CHANGED_JOBS, (step) =>
      this.#partition.run<readonly string[]>("cancel", [String(recordMs ?? -1), ...step]),
    );
    return letters.map(stateOf);
  }

  purge(limit: number): Promise<number> {
    return upTo(limit, READ_JOBS, (most) => this.#partition.run("purge", [String(most)]));
  }

  /** What is over is deleted first, so that it is not counted. */
  async counts(): Promise<readonly QueueCount[]> {
    while ((await this.purge(READ_JOBS)) > 0);
    const counts = new Map<string, readonly QueueCount[]>();
    let cursor = "0";
    do {
      const [next, raw] = await this.#partition.run<readonly [string, readonly (string | number)[]]>("counts", [
        cursor,
      ]);
      cursor = next;
      const width = COUNTED.length + 1;
      for (let from = 0; from < raw.length; from += width) {
        const queue = String(raw[from]);
        counts.set(
          queue,
          COUNTED.map((state, at) => ({ queue, state, count: Number(raw[from + at + 1]) })),
        );
      }
    } while (cursor !== "0");
    return [...counts.values()].flat().filter(({ count }) => count > 0);
  }

  async replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    const replayed = await inSteps(ids, CHANGED_JOBS, (step) => this.#partition.run<readonly number[]>("replay", step));
    const { jobs } = await this.load(ids);
    return jobs.map((job, at) => (replayed[at] === 1 ? job : undefined));
  }

  async removeDead(ids: readonly string[] | undefined, limit: number): Promise<number> {
    if (ids !== undefined) {
      const removed = await inSteps(ids, READ_JOBS, async (step) => [
        await this.#partition.run<number>("remove-dead", [String(limit), ...step]),
      ]);
      return removed.reduce((sum, each) => sum + each, 0);
    }
    return upTo(limit, READ_JOBS, (most) => this.#partition.run("remove-dead", [String(most)]));
  }
}
