import type { Watch, WatchedJob } from "../../contracts/index.ts";
import { pauseMs } from "../../internal/patience.ts";
import { stepsOf } from "../../internal/steps.ts";
import type { Line } from "./line.ts";
import { storedJob } from "./stored-job.ts";

/** How long one stream tells of its jobs; then another goes on. */
const STREAM_SECONDS = 50;
/** Ids of one stream. */
const MOST_IDS = 1_000;
/** With more streams than this, all are ended and their ids asked for together. */
const MOST_STREAMS = 8;

/** Watches jobs through streams of the gateway: one for the ids of each turn, and few in all. */
export class RemoteWatch implements Watch {
  readonly #line: Line;
  readonly #notify: (jobs: readonly WatchedJob[]) => void;
  readonly #ids = new Set<string>();
  readonly #streams = new Set<AbortController>();
  #failures = 0;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(line: Line, notify: (jobs: readonly WatchedJob[]) => void) {
    this.#line = line;
    this.#notify = notify;
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    if (this.#streams.size >= MOST_STREAMS) this.#askForAll();
    else this.#ask(ids);
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#ids.delete(id);
    if (this.#ids.size === 0) this.#end();
  }

  close(): void {
    this.#closed = true;
    this.#ids.clear();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const stream of this.#streams) stream.abort();
    this.#streams.clear();
  }

  #askForAll(): void {
    this.#end();
    this.#ask([...this.#ids]);
  }

  #ask(ids: readonly string[]): void {
    for (const step of stepsOf(ids, MOST_IDS)) void this.#follow(step);
  }

  async #follow(ids: readonly string[]): Promise<void> {
    const stream = new AbortController();
    this.#streams.add(stream);
    let failed = false;
    try {
      const body = JSON.stringify({ ids, timeout: `${STREAM_SECONDS}s` });
      for await (const { name, data } of this.#line.events("/v1/jobs/wait", body, stream.signal)) {
        if (name === "job") this.#take(data);
      }
    } catch {
      // Whoever waits goes on waiting: a gateway that is away may come back.
      failed = true;
    }
    // Ended by us: whoever ended it asks for what is left.
    if (!this.#streams.delete(stream) || this.#closed) return;
    this.#failures = failed ? this.#failures + 1 : 0;
    const left = ids.filter((id) => this.#ids.has(id));
    if (left.length === 0) return;
    if (!failed) return this.#ask(left);
    // Once for all streams that fail together: were each to ask for everything, every failure would double what is asked.
    this.#retry ??= setTimeout(() => this.#askForAll(), pauseMs(this.#failures)).unref();
  }

  #take(data: unknown): void {
    const { id, job } = data as { readonly id: string; readonly job: unknown };
    this.#failures = 0;
    if (!this.#ids.delete(id)) return;
    this.#notify([job === null ? { id } : { id, job: storedJob(job) }]);
  }
}
