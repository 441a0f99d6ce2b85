/*
 * A backend in a hundred-odd lines: records in a Map, beside any broker. It passes the conformance suite of backends, and
 * is what docs/writing-a-driver.md explains. It keeps nothing when the process ends, and cannot list.
 */
import {
  type Backend,
  type BackendCapabilities,
  ClosedError,
  type Clock,
  type FinalState,
  type JobState,
  type Keep,
  type NewJob,
  type RecordUpdate,
  type SaveOutcome,
  type StoredJob,
  type Watch,
  type WatchedJob,
} from "millrace";

const FINAL: ReadonlySet<JobState> = new Set<FinalState>(["succeeded", "failed", "expired", "cancelled"]);
const LOOK_MS = 20;

/** A record, and until when it and its value are kept. */
interface Entry {
  readonly job: StoredJob;
  readonly until: number;
  readonly resultUntil: number;
}

export class TinyBackend implements Backend {
  readonly backendCapabilities: BackendCapabilities = { durable: false, shared: false, volatile: false };
  readonly #entries = new Map<string, Entry>();
  readonly #watches = new Set<Watch>();
  readonly #clock: Clock;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of this.#watches) watch.close();
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    this.#refuseClosed();
    return jobs.map((job) => {
      if (this.#load(job.id) !== undefined) return "exists";
      this.#insert(job);
      return "inserted";
    });
  }

  async save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    this.#refuseClosed();
    return updates.map((update) => this.#save(update));
  }

  async load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    this.#refuseClosed();
    return ids.map((id) => this.#load(id));
  }

  /** Looks again and again, which is what a system that cannot push is left with. */
  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    this.#refuseClosed();
    const ids = new Set<string>();
    let waiting = false;
    const look = (): void => {
      waiting = false;
      const done = [...ids]
        .map((id): WatchedJob => ({ id, ...withJob(this.#load(id)) }))
        .filter(({ job }) => job === undefined || FINAL.has(job.state));
      for (const { id } of done) ids.delete(id);
      if (done.length > 0) notify(done);
      wait();
    };
    const wait = (): void => {
      if (waiting || ids.size === 0) return;
      waiting = true;
      this.#clock.setTimer(LOOK_MS, look);
    };
    const watch: Watch = {
      add: (added) => {
        if (this.#closed) return;
        for (const id of added) ids.add(id);
        wait();
      },
      remove: (removed) => {
        for (const id of removed) ids.delete(id);
      },
      close: () => {
        ids.clear();
        this.#watches.delete(watch);
      },
    };
    this.#watches.add(watch);
    return watch;
  }

  async requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    this.#refuseClosed();
    return ids.map((id) => {
      const job = this.#load(id);
      if (job === undefined || FINAL.has(job.state)) return job?.state;
      const marked = { ...job, cancelRequested: true };
      if (job.state === "running") this.#keep(marked);
      else this.#finish({ ...marked, state: "cancelled" }, keep);
      return job.state === "running" ? "running" : "cancelled";
    });
  }

  async purge(limit: number): Promise<number> {
    this.#refuseClosed();
    const now = this.#clock.now();
    const over = [...this.#entries].filter(([, { until }]) => until <= now).slice(0, limit);
    for (const [id] of over) this.#entries.delete(id);
    return over.length;
  }

  #insert(job: NewJob): StoredJob {
    const { delayMs, expireAfterMs, lease = 0, ...given } = job;
    const now = this.#clock.now();
    const runAt = delayMs === undefined ? job.runAt : now + delayMs;
    const expireAt = expireAfterMs === undefined ? job.expireAt : now + expireAfterMs;
    const start = { state: "scheduled", attempt: 0, crashes: 0, cancelRequested: false, createdAt: now } as const;
    return this.#keep(stored({ ...given, ...start, lease, runAt: runAt ?? now, expireAt }));
  }

  /** The record as of now: time that has passed counts, whether or not anybody acted on it. */
  #load(id: string): StoredJob | undefined {
    const entry = this.#entries.get(id);
    const now = this.#clock.now();
    if (entry === undefined || entry.until <= now) return undefined;
    const { runAt, result, ...job } = entry.job;
    if (FINAL.has(job.state)) {
      if (job.state !== "succeeded" || entry.resultUntil > now) return stored({ ...job, result });
      return { ...job, resultGone: true };
    }
    if (job.state === "running") return job;
    if (job.expireAt !== undefined && job.expireAt <= now) return { ...job, state: "expired" };
    return runAt === undefined || runAt <= now ? { ...job, state: "queued" } : { ...job, runAt };
  }

  /** Compare-and-set: final records stay, old leases are refused, and what is to be cancelled takes nothing else. */
  #save(update: RecordUpdate): SaveOutcome {
    const { job, keep, delayMs, ...change } = update;
    const before = this.#load(job.id) ?? this.#insert(job);
    const settled = before.state !== "expired" || before.finishedAt !== undefined;
    if (FINAL.has(before.state) && (settled || !FINAL.has(update.state))) return "final";
    if (before.lease > update.lease) return "stale";
    if (before.cancelRequested && update.state !== "cancelled") return "cancelled";
    const now = this.#clock.now();
    const { result: _result, runAt: _runAt, error, trail, notes, ...rest } = before;
    const after = stored({
      ...rest,
      trail,
      notes,
      ...(update.state === "running" || update.state === "queued" ? { error } : {}),
      ...stored(change),
      ...(update.state === "running" ? { startedAt: now } : {}),
      ...(update.state === "retrying" ? { runAt: now + (delayMs ?? 0) } : {}),
    });
    if (FINAL.has(after.state)) this.#finish(after, keep);
    else this.#keep(after);
    return "saved";
  }

  /** Dead letters are kept until they are removed, whatever the retention. */
  #finish(job: StoredJob, keep: Keep | undefined): void {
    const now = this.#clock.now();
    const until = (ms: number | null | undefined): number => (ms === null || ms === undefined ? Infinity : now + ms);
    const recordMs = job.state === "failed" ? null : keep?.recordMs;
    this.#entries.set(job.id, {
      job: { ...job, finishedAt: now },
      until: until(recordMs),
      resultUntil: until(keep?.resultMs),
    });
  }

  #keep(job: StoredJob): StoredJob {
    this.#entries.set(job.id, { job, until: Infinity, resultUntil: Infinity });
    return job;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new ClosedError("the backend is closed");
  }
}

function withJob(job: StoredJob | undefined): { job?: StoredJob } {
  return job === undefined ? {} : { job };
}

/** Without the fields that are there and `undefined`. */
function stored<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
