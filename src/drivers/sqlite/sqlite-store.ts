import type {
  BackendCapabilities,
  BrokerCapabilities,
  Checkup,
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Finding,
  Inspection,
  Keep,
  LeaseKeeping,
  LeaseRef,
  LeaseSignal,
  ListPage,
  ListQuery,
  Logger,
  NewJob,
  Presence,
  Present,
  QueueControl,
  QueueCount,
  RecordUpdate,
  SaveOutcome,
  Store,
  StoredJob,
  WaitRequest,
  Watch,
  WatchedJob,
} from "../../contracts/index.ts";
import type { JobState } from "../../core/state.ts";
import { LocalWatches } from "../../internal/local-watches.ts";
import {
  type Gapped,
  type PackedEnqueue,
  type PackedReply,
  packJobs,
  packRequest,
  ungapped,
  unpackOutcomes,
  unpackReply,
} from "./packing.ts";
import { type OwnOptions, ThreadLink } from "./thread-link.ts";

/** A store in one SQLite file, driven by a thread of its own. Serves as a broker or a backend alone as well. */
export class SqliteStore implements Store, LeaseKeeping, Inspection, QueueControl, Presence, Checkup {
  readonly capabilities: BrokerCapabilities = { durable: true, shared: true };
  readonly backendCapabilities: BackendCapabilities = { durable: true, shared: true, volatile: false };
  readonly leaseKeeping: LeaseKeeping = this;
  readonly inspection: Inspection = this;
  readonly checkup: Checkup = this;
  readonly queueControl: QueueControl = this;
  readonly presence: Presence = this;
  readonly #link: ThreadLink;
  readonly #signalListeners = new Set<(signals: readonly LeaseSignal[]) => void>();
  readonly #watches: LocalWatches<WatchedJob>;

  constructor(options: OwnOptions, logger: Logger) {
    this.#link = new ThreadLink(options, logger, {
      onSignals: (signals) => {
        for (const listener of this.#signalListeners) listener(signals);
      },
      onWatched: (jobs) => this.#watches.report(jobs),
    });
    this.#watches = new LocalWatches((notice) => this.#link.tell(notice));
  }

  open(): Promise<void> {
    return this.#link.open();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const outcomes = await this.#link.call<PackedEnqueue>({ op: "enqueue", groups: packJobs(jobs) });
    return unpackOutcomes(outcomes, "accepted");
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    return unpackReply(await this.#link.call<PackedReply>({ op: "exchange", request: packRequest(request) }));
  }

  async wait({ queues, tasks, maxMs, signal }: WaitRequest): Promise<undefined> {
    if (signal.aborted) return;
    let number = 0;
    const takeBack = (): void => this.#link.takeBackWait(number);
    signal.addEventListener("abort", takeBack, { once: true });
    try {
      await this.#link.call({ op: "wait", queues, tasks, maxMs }, (given) => {
        number = given;
      });
    } finally {
      signal.removeEventListener("abort", takeBack);
    }
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    const outcomes = await this.enqueue(jobs);
    return outcomes.map((outcome) => (outcome === "accepted" ? "inserted" : "exists"));
  }

  save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    return this.#link.call({ op: "save", updates });
  }

  async load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return ungapped(await this.#link.call<Gapped<StoredJob>>({ op: "load", ids }));
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    return this.#watches.open(notify);
  }

  async requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    return ungapped(await this.#link.call<Gapped<JobState>>({ op: "cancel", ids, keep }));
  }

  purge(limit: number): Promise<number> {
    return this.#link.call({ op: "purge", limit });
  }

  onSignal(listener: (signals: readonly LeaseSignal[]) => void): () => void {
    this.#signalListeners.add(listener);
    return () => this.#signalListeners.delete(listener);
  }

  abandon(leases: readonly LeaseRef[]): void {
    this.#link.abandon(leases);
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#link.call({ op: "list", query });
  }

  /** Counts a window of rows a call, so that jobs are not held up while a million is counted. */
  async counts(): Promise<readonly QueueCount[]> {
    const totals = new Map<string, QueueCount>();
    let below: number | undefined = Number.MAX_SAFE_INTEGER;
    while (below !== undefined) {
      const page: { counts: readonly QueueCount[]; next?: number } = await this.#link.call({ op: "count", below });
      for (const { queue, state, count } of page.counts) {
        const key = `${state} ${queue}`;
        totals.set(key, { queue, state, count: count + (totals.get(key)?.count ?? 0) });
      }
      below = page.next;
    }
    return [...totals.values()];
  }

  look(fix: boolean): Promise<readonly Finding[]> {
    return this.#link.call({ op: "checkup", fix });
  }

  async replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return ungapped(await this.#link.call<Gapped<StoredJob>>({ op: "replay", ids }));
  }

  removeDead(ids: readonly string[] | undefined, limit: number): Promise<number> {
    return this.#link.call({ op: "removeDead", ids, limit });
  }

  pause(queue: string): Promise<void> {
    return this.#link.call({ op: "pause", queue });
  }

  resume(queue: string): Promise<void> {
    return this.#link.call({ op: "resume", queue });
  }

  paused(): Promise<readonly string[]> {
    return this.#link.call({ op: "paused" });
  }

  announce(name: string, about: string, liveMs: number): Promise<void> {
    return this.#link.call({ op: "announce", name, about, liveMs });
  }

  leave(name: string): Promise<void> {
    return this.#link.call({ op: "leave", name });
  }

  present(): Promise<readonly Present[]> {
    return this.#link.call({ op: "present" });
  }
}
