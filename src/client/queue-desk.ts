import type { ListPage, ListQuery, Store } from "../contracts/index.ts";
import { type JobState, checkName } from "../core/index.ts";
import { CapabilityError } from "../errors/index.ts";

export interface QueueInfo {
  readonly queue: string;
  /** Present while the queue is held: see `client.pauseQueue`. */
  readonly paused?: true;
  /** Jobs by state; a state without jobs is left out. */
  readonly counts: Partial<Record<JobState, number>>;
}

/** Jobs of one step of a drain, so that no step is long. */
const STEP = 500;
/** What becomes `queued` while it is drained is there when that is looked at, last. */
const WAITING = ["blocked", "scheduled", "retrying", "queued"] as const satisfies readonly JobState[];

/** Looks at whole queues, and changes them. */
export class QueueDesk {
  readonly #ask: <T>(look: (store: Store) => Promise<T>) => Promise<T>;
  readonly #cancel: (ids: readonly string[]) => Promise<readonly (JobState | undefined)[]>;

  /** @param ask asks the store, patiently */
  constructor(
    ask: <T>(look: (store: Store) => Promise<T>) => Promise<T>,
    cancel: (ids: readonly string[]) => Promise<readonly (JobState | undefined)[]>,
  ) {
    this.#ask = ask;
    this.#cancel = cancel;
  }

  async list(): Promise<QueueInfo[]> {
    const [counts, held] = await this.#ask((store) =>
      Promise.all([demanded(store.inspection, "count jobs").counts(), store.queueControl?.paused() ?? []]),
    );
    const paused = new Set(held);
    const queues = new Map<string, Partial<Record<JobState, number>>>(held.map((queue) => [queue, {}]));
    for (const { queue, state, count } of counts) {
      queues.set(queue, { ...queues.get(queue), [state]: count });
    }
    return [...queues]
      .map(([queue, of]) => ({ queue, ...(paused.has(queue) ? { paused: true as const } : {}), counts: of }))
      .sort((a, b) => (a.queue < b.queue ? -1 : 1));
  }

  async pause(queue: string): Promise<void> {
    checkName("queue", queue);
    await this.#ask((store) => demanded(store.queueControl, "pause queues").pause(queue));
  }

  async resume(queue: string): Promise<void> {
    checkName("queue", queue);
    await this.#ask((store) => demanded(store.queueControl, "pause queues").resume(queue));
  }

  async drain(queue: string): Promise<number> {
    checkName("queue", queue);
    let count = 0;
    for (const state of WAITING) {
      let from: { cursor?: string } | undefined = {};
      while (from !== undefined) {
        const query: ListQuery = { queue, state, limit: STEP, ...from };
        const { jobs, cursor }: ListPage = await this.#ask((store) =>
          demanded(store.inspection, "list jobs").list(query),
        );
        const states = await this.#cancel(jobs.map(({ id }) => id));
        count += states.filter((of) => of === "cancelled").length;
        from = cursor === undefined ? undefined : { cursor };
      }
    }
    return count;
  }
}

/** @throws CapabilityError where the store does not have this part */
function demanded<T>(part: T | undefined, what: string): T {
  if (part !== undefined) return part;
  throw new CapabilityError(`this store cannot ${what}; use a store, a broker or a backend that can`);
}
