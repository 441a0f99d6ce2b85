import { type Snapshot, snapshot } from "./async-context.ts";
import type { PoolJob } from "./pool-job.ts";

/** What lanes run, and how. */
export interface LaneWork {
  /** Takes the job that is to start now, if there is one. */
  next(): PoolJob | undefined;
  /** @param follows whether a job has just ended in the same slot */
  begin(job: PoolJob, follows: boolean): void;
  /** Calls the job's function; may throw. */
  execute(job: PoolJob): unknown;
  returned(job: PoolJob, value: unknown): void;
  threw(job: PoolJob, error: unknown): void;
  /** A slot is free, and nothing was there to take it. */
  onFree(): void;
}

/**
 * The slots of a pool. As many lanes as there are slots run one job after the other, each lane in one async function: so
 * a job costs no closure and, unless somebody wants it, no promise. A lane ends when there is nothing for it to do.
 */
export class Lanes {
  readonly #work: LaneWork;
  /** What each lane runs now. */
  readonly #slots = new Set<{ job: PoolJob }>();
  readonly #ownContext: Snapshot = snapshot();
  #concurrency: number;
  #taken = 0;
  #isPlanned = false;

  constructor(concurrency: number, work: LaneWork) {
    this.#concurrency = concurrency;
    this.#work = work;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Whether lanes start at the end of this turn. */
  get isPlanned(): boolean {
    return this.#isPlanned;
  }

  /** The jobs whose functions have not returned, even if they ended without them. */
  get jobs(): PoolJob[] {
    return Array.from(this.#slots, ({ job }) => job);
  }

  get free(): number {
    return Math.max(0, this.#concurrency - this.#taken);
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  /** Lanes that are too many end with the job that they run. */
  set concurrency(concurrency: number) {
    this.#concurrency = concurrency;
    this.startSoon();
  }

  /** Starts lanes at the end of this turn: no function runs within the push that brought it, and priorities hold. */
  startSoon(): void {
    if (this.#isPlanned || this.#taken >= this.#concurrency) return;
    this.#isPlanned = true;
    queueMicrotask(this.#start);
  }

  readonly #start = (): void => {
    this.#isPlanned = false;
    // In the pool's own async context: a lane outlives the push that it is started by.
    this.#ownContext(() => {
      while (this.#taken < this.#concurrency) {
        const job = this.#work.next();
        if (job === undefined) return;
        void this.#run(job);
      }
    });
  };

  async #run(first: PoolJob): Promise<void> {
    const work = this.#work;
    const slot = { job: first };
    this.#slots.add(slot);
    this.#taken += 1;
    let follows = false;
    for (let job: PoolJob | undefined = first; job !== undefined;) {
      slot.job = job;
      work.begin(job, follows);
      follows = true;
      let value: unknown;
      let thrown: { readonly error: unknown } | undefined;
      try {
        value = await work.execute(job);
      } catch (error) {
        thrown = { error };
      }
      if (thrown === undefined) work.returned(job, value);
      else work.threw(job, thrown.error);
      job = this.#taken > this.#concurrency ? undefined : work.next();
    }
    this.#slots.delete(slot);
    this.#taken -= 1;
    work.onFree();
  }
}
