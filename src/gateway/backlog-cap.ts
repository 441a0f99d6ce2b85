import type { Clock, Store } from "../contracts/index.ts";
import type { JobState } from "../core/index.ts";
import { QueueFullError } from "../errors/index.ts";

const WAITING: ReadonlySet<JobState> = new Set(["queued", "scheduled", "retrying", "blocked"]);
/** A count holds for this long while the cap is far away: others send to the same store, and workers take from it. */
const STALE_MS = 30_000;
/** Near the cap, it is made again this soon. */
const FRESH_MS = 1_000;
/** Counting takes this share of the time at the most: the store does it between the jobs. */
const DUTY = 0.05;
/** What a sender is told to wait. */
const RETRY_SECONDS = 5;

interface Backlog {
  waiting: number;
  /** Halfway from the last count to the cap: what was taken meanwhile is worth knowing from here on. */
  readonly recountAt: number;
}

/**
 * Refuses jobs for queues in which too many wait already. The jobs of the store are counted now and then, beside the
 * requests and never within one; in between, what was sent here is added. So the cap is kept about, not to the job.
 */
export class BacklogCap {
  readonly #most: number;
  readonly #store: () => Promise<Store>;
  readonly #clock: Clock;
  #backlogs = new Map<string, Backlog>();
  #staleAt = -Infinity;
  #freshUntil = -Infinity;
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
    if (this.#isWorthCounting(queues)) void this.refresh();
    const full = queues.find((queue) => this.#backlogOf(queue).waiting >= this.#most);
    if (full !== undefined) {
      throw new QueueFullError(`${this.#most} jobs or more wait in the queue "${full}"; nothing was sent`, {
        details: { queue: full, maxBacklog: this.#most, retryAfterSeconds: RETRY_SECONDS },
      });
    }
    for (const queue of queues) this.#backlogOf(queue).waiting += 1;
  }

  /** Takes note that jobs which were admitted do not wait after all: they were refused, or there already. */
  takeBack(queues: readonly string[]): void {
    for (const queue of queues) {
      const backlog = this.#backlogs.get(queue);
      if (backlog !== undefined && backlog.waiting > 0) backlog.waiting -= 1;
    }
  }

  /** Counts what waits. A store that cannot be asked leaves the last numbers standing. */
  refresh(): Promise<void> {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  #isWorthCounting(queues: readonly string[]): boolean {
    const now = this.#clock.monotonic();
    if (now < this.#freshUntil) return false;
    return now >= this.#staleAt || queues.some((queue) => this.#isNearing(queue));
  }

  #isNearing(queue: string): boolean {
    const { waiting, recountAt } = this.#backlogOf(queue);
    return waiting >= recountAt;
  }

  #backlogOf(queue: string): Backlog {
    const known = this.#backlogs.get(queue);
    if (known !== undefined) return known;
    const backlog = this.#backlog(0);
    this.#backlogs.set(queue, backlog);
    return backlog;
  }

  #backlog(waiting: number): Backlog {
    return { waiting, recountAt: Math.ceil((waiting + this.#most) / 2) };
  }

  async #count(): Promise<void> {
    if (this.#most === 0) return;
    const started = this.#clock.monotonic();
    try {
      const { inspection } = await this.#store();
      const waiting = new Map<string, number>();
      for (const { queue, state, count } of (await inspection?.counts()) ?? []) {
        if (WAITING.has(state)) waiting.set(queue, (waiting.get(queue) ?? 0) + count);
      }
      this.#backlogs = new Map([...waiting].map(([queue, count]) => [queue, this.#backlog(count)]));
    } catch {
      // Whoever sends is told by their own call what is wrong with the store.
    }
    const ended = this.#clock.monotonic();
    const leastMs = (ended - started) / DUTY;
    this.#freshUntil = ended + Math.max(FRESH_MS, leastMs);
    this.#staleAt = ended + Math.max(STALE_MS, leastMs);
  }
}
