import { recordOf } from "../client/index.ts";
import type { Store, StoredJob, Timer, Watch, WatchedJob } from "../contracts/index.ts";
import type { Caller } from "./caller.ts";
import type { Desk } from "./desk.ts";
import { type EventSource, event } from "./event-stream.ts";
import { documentFor, visibleTo } from "./visible.ts";

/** Documents that may wait for a slow reader; what ends beyond it is looked at again when there is room. */
const MOST_BYTES = 8 * 1_024 * 1_024;

interface Finished {
  readonly id: string;
  readonly job: object | null;
}

/** The ends of some jobs, as they come, until all are told, the time is over or the gateway closes. */
export class Finishes implements EventSource {
  readonly #waiting: Set<string>;
  readonly #caller: Caller;
  readonly #watch: Watch;
  readonly #timer: Timer;
  readonly #closing: AbortSignal;
  readonly #changed: () => void;
  #finished: Finished[];
  #bytes = 0;
  #postponed: string[] = [];
  #over = false;
  #ended = false;

  /** @param unknown told at once: jobs that the caller cannot see, of which not even the end may be noticed */
  constructor(
    ids: readonly string[],
    unknown: readonly string[],
    timeoutMs: number,
    caller: Caller,
    desk: Desk,
    store: Store,
    changed: () => void,
  ) {
    this.#waiting = new Set(ids);
    this.#finished = unknown.map((id) => ({ id, job: null }));
    this.#caller = caller;
    this.#changed = changed;
    this.#closing = desk.closing;
    this.#closing.addEventListener("abort", this.#end);
    this.#timer = desk.clock.setTimer(timeoutMs, this.#end);
    this.#watch = store.watch((jobs) => this.#take(jobs));
    this.#watch.add(ids);
    if (this.#closing.aborted) this.#end();
    else if (unknown.length > 0) changed();
  }

  get waiting(): readonly string[] {
    return [...this.#waiting];
  }

  /** What has finished since the last time. */
  take(): readonly Finished[] {
    const finished = this.#finished;
    this.#finished = [];
    this.#bytes = 0;
    if (this.#postponed.length > 0) this.#watch.add(this.#postponed);
    this.#postponed = [];
    return finished;
  }

  next(): readonly string[] {
    const events = this.take().map((each) => event("job", each));
    this.#ended = this.#over || this.#waiting.size === 0;
    return this.#ended ? [...events, event("end", {})] : events;
  }

  ended(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#watch.close();
    this.#timer.cancel();
    this.#closing.removeEventListener("abort", this.#end);
  }

  readonly #end = (): void => {
    this.#over = true;
    this.#changed();
  };

  #take(jobs: readonly WatchedJob[]): void {
    for (const { id, job } of jobs) {
      if (!this.#waiting.has(id)) continue;
      if (this.#bytes > MOST_BYTES) {
        this.#postponed.push(id);
        continue;
      }
      this.#waiting.delete(id);
      this.#bytes += job === undefined ? 0 : job.body.length + (job.result?.length ?? 0);
      this.#finished.push({ id, job: this.#document(job) });
    }
    this.#changed();
  }

  #document(job: StoredJob | undefined): object | null {
    const visible = visibleTo(this.#caller, job);
    return visible === undefined ? null : documentFor(this.#caller, recordOf(visible, undefined));
  }
}
