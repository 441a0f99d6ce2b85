import type { StoredJob, WatchedJob } from "../../contracts/index.ts";
import { isFinal } from "../../core/state.ts";
import { stepsOf } from "../../internal/steps.ts";

/** Ids looked up in one go. */
const CHUNK = 1_000;

/** The jobs that clients of this process wait for. */
export class WatchedJobs {
  /** Each with its expiry, so that a job which expires with no worker about is reported too. */
  readonly #ids = new Map<string, number | undefined>();
  readonly #load: (ids: readonly string[]) => (StoredJob | undefined)[];

  constructor(load: (ids: readonly string[]) => (StoredJob | undefined)[]) {
    this.#load = load;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** Adds ids; returns those that need no watching. */
  add(ids: readonly string[]): WatchedJob[] {
    for (const id of ids) this.#ids.set(id, undefined);
    return this.#check(ids);
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#ids.delete(id);
  }

  /** Of jobs that this process just finished, the ones that are watched. */
  finished(ids: readonly string[]): WatchedJob[] {
    return this.#ids.size === 0 ? [] : this.#check(ids.filter((id) => this.#ids.has(id)));
  }

  /** All that are done by now, whoever did it. */
  checkAll(): WatchedJob[] {
    return this.#check([...this.#ids.keys()]);
  }

  /** Those whose expiry has passed. */
  checkExpired(now: number): WatchedJob[] {
    const expired: string[] = [];
    for (const [id, expireAt] of this.#ids) {
      if (expireAt !== undefined && expireAt <= now) expired.push(id);
    }
    return this.#check(expired);
  }

  /** Nothing at all when the look fails: the jobs stay watched, and a later one may get through. */
  #look(ids: readonly string[]): readonly (StoredJob | undefined)[] {
    try {
      return this.#load(ids);
    } catch {
      return [];
    }
  }

  #check(ids: readonly string[]): WatchedJob[] {
    const done: WatchedJob[] = [];
    for (const chunk of stepsOf(ids, CHUNK)) {
      for (const [at, job] of this.#look(chunk).entries()) {
        const id = chunk[at];
        if (id === undefined) continue;
        if (job !== undefined && !isFinal(job.state)) {
          if (job.expireAt !== undefined) this.#ids.set(id, job.expireAt);
          continue;
        }
        this.#ids.delete(id);
        done.push(job === undefined ? { id } : { id, job });
      }
    }
    return done;
  }
}
