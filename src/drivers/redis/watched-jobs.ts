import type { StoredJob, WatchedJob } from "../../contracts/index.ts";
import { isFinal } from "../../core/state.ts";
import { stepsOf } from "../../internal/steps.ts";
import type { Loaded } from "./stored-jobs.ts";

/** Ids looked up in one go. */
const CHUNK = 250;
/** A look behind what is told: what was said while nobody listened is noticed by then. */
const SLOW_LOOK_MS = 30_000;
/** The same where no word can be heard. */
const DEAF_LOOK_MS = 1_000;
const AGAIN_MS = 200;

export interface WatchLines {
  /** Whether this process is told of the end of jobs now. */
  readonly hears: () => boolean;
  /** Reads jobs, and asks to be told of their end. */
  readonly watch: (ids: readonly string[]) => Promise<Loaded>;
  readonly load: (ids: readonly string[]) => Promise<Loaded>;
  readonly forget: (ids: readonly string[]) => void;
  readonly report: (jobs: readonly WatchedJob[]) => void;
}

/** The jobs that clients of this process wait for. */
export class WatchedJobs {
  readonly #lines: WatchLines;
  readonly #ids = new Set<string>();
  /** When those expire that may, by the process's clock: a job which expires with no worker about is reported too. */
  readonly #expiries = new Map<string, number>();
  #added: string[] = [];
  #adding = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  /** When everything was looked at last, or the first of it was added. */
  #lookedAt = 0;
  #closed = false;

  constructor(lines: WatchLines) {
    this.#lines = lines;
  }

  add(ids: readonly string[]): void {
    if (this.#ids.size === 0) this.#lookedAt = performance.now();
    for (const id of ids) {
      this.#ids.add(id);
      this.#added.push(id);
    }
    if (!this.#adding) void this.#addAll();
  }

  remove(ids: readonly string[]): void {
    const known = ids.filter((id) => this.#drop(id));
    if (known.length > 0) this.#lines.forget(known);
  }

  /** Jobs have ended, somebody said. */
  ended(ids: readonly string[]): void {
    void this.#look(
      ids.filter((id) => this.#ids.has(id)),
      this.#lines.load,
    );
  }

  /** The same, with what is stored of them. */
  told(ids: readonly string[], { jobs, now }: Loaded): void {
    this.#sort(ids, jobs, now);
  }

  /** Nobody listened for a while. */
  lookAgain(): void {
    this.#lookedAt = performance.now();
    this.add([...this.#ids]);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #addAll(): Promise<void> {
    this.#adding = true;
    while (this.#added.length > 0) {
      const ids = this.#added;
      this.#added = [];
      await this.#look(ids, this.#lines.watch);
    }
    this.#adding = false;
    this.#arm(this.#slowLookAt());
  }

  async #look(ids: readonly string[], look: (ids: readonly string[]) => Promise<Loaded>): Promise<void> {
    for (const chunk of stepsOf(ids, CHUNK)) {
      if (this.#closed) break;
      try {
        const { jobs, now } = await look(chunk);
        this.#sort(chunk, jobs, now);
      } catch {
        // Jobs that could not be looked at stay watched.
        setTimeout(() => this.add(chunk.filter((id) => this.#ids.has(id))), AGAIN_MS).unref();
      }
    }
  }

  #sort(ids: readonly string[], jobs: readonly (StoredJob | undefined)[], now: number): void {
    const done: WatchedJob[] = [];
    for (const [at, id] of ids.entries()) {
      const job = jobs[at];
      if (!this.#ids.has(id)) continue;
      if (job !== undefined && !isFinal(job.state)) {
        if (job.expireAt !== undefined && job.state !== "running") this.#expires(id, job.expireAt - now);
        continue;
      }
      this.#drop(id);
      done.push(job === undefined ? { id } : { id, job });
    }
    if (done.length > 0) this.#lines.report(done);
  }

  #expires(id: string, inMs: number): void {
    const at = performance.now() + inMs;
    this.#expiries.set(id, at);
    this.#arm(at);
  }

  #drop(id: string): boolean {
    this.#expiries.delete(id);
    return this.#ids.delete(id);
  }

  #slowLookAt(): number {
    return this.#lookedAt + (this.#lines.hears() ? SLOW_LOOK_MS : DEAF_LOOK_MS);
  }

  /** Has the timer fire at `at`, unless it does before: so that adding one costs the same beside any number of others. */
  #arm(at: number): void {
    if (this.#closed || this.#ids.size === 0 || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#lookAround(), Math.max(at - performance.now(), 1)).unref();
  }

  #lookAround(): void {
    this.#timerAt = Infinity;
    const now = performance.now();
    if (now >= this.#slowLookAt()) this.lookAgain();
    let next = this.#slowLookAt();
    const expired: string[] = [];
    for (const [id, at] of this.#expiries) {
      if (at > now) next = Math.min(next, at);
      else {
        this.#expiries.delete(id);
        expired.push(id);
      }
    }
    if (expired.length > 0) this.add(expired);
    this.#arm(next);
  }
}
