import type { QueueCount } from "../../contracts/index.ts";
import type { JobState } from "../../core/state.ts";
import type { MemoryRecord } from "./memory-record.ts";

/** How many jobs each queue has in each state, kept up to date rather than counted. */
export class JobCounts {
  readonly #queues = new Map<string, Map<JobState, number>>();

  /** Counts the record under `state` from now on; `undefined`: no longer at all. */
  move(record: MemoryRecord, state: JobState | undefined): void {
    if (record.counted === state) return;
    if (record.counted !== undefined) this.#add(record.queue, record.counted, -1);
    if (state !== undefined) this.#add(record.queue, state, 1);
    record.counted = state;
  }

  read(): readonly QueueCount[] {
    return [...this.#queues].flatMap(([queue, states]) =>
      [...states].map(([state, count]) => ({ queue, state, count })),
    );
  }

  #add(queue: string, state: JobState, by: number): void {
    const states = this.#queues.get(queue) ?? new Map<JobState, number>();
    this.#queues.set(queue, states);
    const count = (states.get(state) ?? 0) + by;
    if (count > 0) states.set(state, count);
    else states.delete(state);
    if (states.size === 0) this.#queues.delete(queue);
  }
}
