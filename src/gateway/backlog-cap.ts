import type { Clock, Store } from "../contracts/index.ts";
import type { JobState } from "../core/index.ts";
import { QueueFullError } from "../errors/index.ts";

const WAITING: ReadonlySet<JobState> = new Set(["queued", "scheduled", "retrying", "blocked"]);
/** Counting again is worth it after this long. */
const FRESH_MS = 1_000;
/** Counting takes this share of the time at the most. */
const DUTY = 0.05;
/** What a sender is told to wait. */
const RETRY_SECONDS = 5;

/**
 * Refuses jobs for queues in which too many wait already. The jobs of the store are counted now and then, beside the
 * requests and never within one; in between, what was sent here is added. So the cap is kept about, not to the job.
 */
export class BacklogCap {
  readonly #most: number;
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  #waiting = new Map<string, number>();
  #nextAt = -Infinity;
  #counting: Promise<void> | undefined;

  /** @param most jobs that may wait in one queue; 0: any number */
  constructor(most: number, store: () => Promise<Store>, clock: Clock) {
    this.#most = most;
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Takes note of jobs about to be sent.
   *
   * @throws QueueFullError when one of the queues is full
   */
  admit(queues: readonly string[]): void {
    if (this.#most === 0) return;
    if (this.#clock.monotonic() >= this.#nextAt) void this.refresh();
    const full = queues.find((queue) => (this.#waiting.get(queue) ?? 0) >= this.#most);
    if (full !== undefined) {
      throw new QueueFullError(`${this.#most} jobs or more wait in the queue "${full}"; nothing was sent`, {
        details: { queue: full, maxBacklog: this.#most, retryAfterSeconds: RETRY_SECONDS },
      });
    }
    for (const queue of queues) this.#waiting.set(queue, (this.#waiting.get(queue) ?? 0) + 1);
  }

  /** Counts what waits. A store that cannot be asked leaves the last numbers standing. */
  refresh(): Promise<void> {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #count(): Promise<void> {
    if (this.#most === 0) return;
    this.#nextAt = Number.POSITIVE_INFINITY;
    const started = this.#clock.monotonic();
    try {
      const { inspection } = await this.#store();
      const waiting = new Map<string, number>();
      for (const { queue, state, count } of (await inspection?.counts()) ?? []) {
        if (WAITING.has(state)) waiting.set(queue, (waiting.get(queue) ?? 0) + count);
      }
      this.#waiting = waiting;
    } catch {
      // Whoever sends is told by their own call what is wrong with the store.
    }
    const ended = this.#clock.monotonic();
    this.#nextAt = ended + Math.max(FRESH_MS, (ended - started) / DUTY);
  }
}
