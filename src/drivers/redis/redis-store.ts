import { randomBytes } from "node:crypto";
import type {
  BackendCapabilities,
  BrokerCapabilities,
  Durability,
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Inspection,
  Keep,
  Lease,
  LeaseKeeping,
  ListPage,
  ListQuery,
  Logger,
  NewJob,
  Presence,
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
import { partitionOf } from "../../core/partition-of.ts";
import type { JobState } from "../../core/state.ts";
import { ClosedError } from "../../errors/index.ts";
import { LocalWatches } from "../../internal/local-watches.ts";
import { Connections } from "./connections.ts";
import { Ears, type Hearing } from "./ears.ts";
import { exchangeAll } from "./exchange-all.ts";
import { KeptLeases } from "./kept-leases.ts";
import { list } from "./listing.ts";
import { Partition } from "./partition.ts";
import { PausedQueues } from "./paused-queues.ts";
import { deliver, enqueueShared, shareOut } from "./posts.ts";
import { PresenceBoard } from "./presence-board.ts";
import type { RedisPlan } from "./redis-url.ts";
import { type Operation, type Script, readScripts } from "./scripts.ts";
import type { Client } from "./settings.ts";
import { type Loaded, readJobs } from "./stored-jobs.ts";
import { Sleepers } from "./sleepers.ts";
import { waitForJobs } from "./waiting.ts";
import { WatchedJobs } from "./watched-jobs.ts";

export interface RedisStoreOptions {
  readonly plan: RedisPlan;
  readonly durability: Durability;
  readonly logger: Logger;
  /** A client of the user's own, of which others are made. */
  readonly client?: Client;
  /** Jobs can be listed in the order of their acceptance, which a broker beside a backend has no use for. */
  readonly indexed: boolean;
  readonly scripts?: Readonly<Record<Operation, Script>>;
}

/** A store in Redis or Valkey. Serves as a broker or a backend alone as well. */
export class RedisStore implements Store, Inspection {
  readonly capabilities: BrokerCapabilities = { durable: true, shared: true };
  readonly backendCapabilities: BackendCapabilities = { durable: true, shared: true, volatile: false };
  readonly leaseKeeping: LeaseKeeping;
  readonly inspection: Inspection = this;
  readonly queueControl: QueueControl = new PausedQueues(() => this.#opened());
  readonly presence: Presence = new PresenceBoard(() => this.#at(""));
  /** Unique among all that are connected. */
  readonly #name = randomBytes(9).toString("base64url");
  readonly #options: RedisStoreOptions;
  readonly #connections: Connections;
  readonly #leases: KeptLeases;
  readonly #sleepers = new Sleepers();
  readonly #watched: WatchedJobs;
  readonly #watches: LocalWatches<WatchedJob>;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #partitions: readonly Partition[] = [];
  #ears: Ears | undefined;
  #turn = 0;
  #closed: Promise<void> | undefined;

  constructor(options: RedisStoreOptions) {
    const { plan, client, logger, scripts = readScripts() } = options;
    this.#options = options;
    this.#connections = new Connections({ ...options, scripts });
    this.#leases = new KeptLeases({
      name: this.#name,
      settings: client === undefined ? plan.settings : undefined,
      blockedLimitMs: plan.blockedLimitMs,
      logger,
      partitions: () => this.#partitions,
      partitionOf: (id) => this.#at(id),
    });
    this.leaseKeeping = this.#leases;
    this.#watched = new WatchedJobs({
      hears: () => this.#ears?.hears ?? false,
      watch: async (ids) => {
        await this.#listen();
        return this.#loaded(ids, (partition, own) => partition.watch(own, this.#name));
      },
      load: (ids) => this.#loaded(ids, (partition, own) => partition.load(own)),
      forget: (ids) => {
        this.#each(ids, identity, (partition, own) =>
          partition.run("unwatch", [this.#name, ...own]).then(() => own),
        ).catch(() => undefined);
      },
      report: (jobs) => this.#watches.report(jobs),
    });
    this.#watches = new LocalWatches(({ watch, unwatch }) => {
      if (this.#closed !== undefined) return;
      if (watch !== undefined) this.#watched.add(watch);
      if (unwatch !== undefined) this.#watched.remove(unwatch);
    });
  }

  async open(): Promise<void> {
    const { plan, indexed } = this.#options;
    const { partitions: count, settings } = plan;
    await this.#connections.open();
    const { main, senders } = this.#connections;
    const partitions = Array.from({ length: count }, (_, number) => {
      const prefix = `{${settings.namespace}.${number}}:`;
      const holders = this.#leases.holdersOf(prefix);
      const hears = (): boolean => this.#ears?.hears ?? false;
      return new Partition({ prefix, connection: main, senders, holders, hears, indexed, number, partitions: count });
    });
    for (const partition of partitions) await partition.open(settings.place);
    const channels = partitions.map(({ prefix }) => `${prefix}to:${this.#name}`);
    this.#ears = new Ears(() => this.#connections.ears(), channels, this.#hearing());
    this.#partitions = partitions;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    this.#refuseClosed();
    const [first] = jobs;
    if (first === undefined) return [];
    const home = this.#at(first.id);
    const shared = shareOut(jobs, this.#partitions.indexOf(home), this.#partitions.length);
    if (shared.foreign.length === 0) return home.enqueue("enqueue", jobs);
    return this.#finishing(enqueueShared(jobs, home, shared, this.#partitions));
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    this.#refuseClosed();
    if (request.reserve !== undefined) this.#leases.prepare();
    const [only, ...others] = this.#partitions;
    if (only !== undefined && others.length === 0) return (await only.exchange(request)).reply;
    this.#turn += 1;
    return this.#finishing(
      exchangeAll(this.#partitions, request, this.#turn, async (partition, { posts, late }) => {
        if (posts.length > 0) await this.#deliver(partition, posts);
        if (late) void this.#deliver(partition, []);
      }),
    );
  }

  /** What has several steps is finished before the store is closed. */
  async #finishing<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async wait(request: WaitRequest): Promise<readonly Lease[]> {
    this.#refuseClosed();
    const handed = this.#handedTo(request);
    if (handed.length > 0) return handed;
    const signal = AbortSignal.any([request.signal, this.#closing.signal]);
    await waitForJobs({ ...request, signal }, this.#sleepers, {
      listen: () => this.#listen(),
      look: async () => {
        const looks = this.#partitions.map((partition) => partition.sleep(request));
        const due = (await Promise.all(looks)).filter((ms) => ms >= 0);
        return due.length === 0 ? -1 : Math.min(...due);
      },
      rise: async () => {
        if (this.#closed === undefined) await Promise.all(this.#partitions.map((partition) => partition.rise(request)));
      },
    });
    return this.#handedTo(request);
  }

  #handedTo(request: WaitRequest): readonly Lease[] {
    return this.#partitions.flatMap(({ handOvers }) => handOvers.take(request));
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    const outcomes = await this.#each(jobs, idOf, (partition, own) => partition.enqueue("insert", own));
    return outcomes.map((outcome) => (outcome === "accepted" ? "inserted" : "exists"));
  }

  save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    return this.#each(updates, idOf, (partition, own) => partition.save(own));
  }

  load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return this.#each(ids, identity, async (partition, own) => (await partition.load(own)).jobs);
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    return this.#watches.open(notify);
  }

  requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    return this.#each(ids, identity, (partition, own) => partition.cancel(own, keep));
  }

  async purge(limit: number): Promise<number> {
    this.#refuseClosed();
    let purged = 0;
    for (const partition of this.#partitions) {
      if (purged < limit) purged += await partition.purge(limit - purged);
    }
    return purged;
  }

  async list(query: ListQuery): Promise<ListPage> {
    this.#refuseClosed();
    return list(this.#partitions, query);
  }

  async counts(): Promise<readonly QueueCount[]> {
    this.#refuseClosed();
    const sums = new Map<string, QueueCount>();
    for (const partition of this.#partitions) {
      for (const { queue, state, count } of await partition.counts()) {
        const key = `${state} ${queue}`;
        sums.set(key, { queue, state, count: count + (sums.get(key)?.count ?? 0) });
      }
    }
    return [...sums.values()];
  }

  replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return this.#each(ids, identity, (partition, own) => partition.replay(own));
  }

  async removeDead(ids: readonly string[] | undefined, limit: number): Promise<number> {
    if (ids !== undefined) {
      const removed = await this.#each(ids, identity, async (partition, own) => {
        const count = await partition.removeDead(own, limit);
        return own.map((_, at) => (at < count ? 1 : 0));
      });
      return removed.reduce((sum: number, one) => sum + one, 0);
    }
    this.#refuseClosed();
    let removed = 0;
    for (const partition of this.#partitions) {
      if (removed < limit) removed += await partition.removeDead(undefined, limit - removed);
    }
    return removed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#watched.close();
    await this.#leases.close();
    await Promise.allSettled(this.#underWay);
    await Promise.all(this.#partitions.map(({ handOvers }) => handOvers.close()));
    await this.#connections.close();
    this.#ears?.close();
  }

  #refuseClosed(): void {
    this.#opened();
  }

  #opened(): readonly Partition[] {
    if (this.#closed !== undefined || this.#partitions.length === 0) throw new ClosedError("the store is closed");
    return this.#partitions;
  }

  #at(id: string): Partition {
    const partition = this.#partitions[partitionOf(id, this.#partitions.length)];
    if (partition === undefined) throw new ClosedError("the store is closed");
    return partition;
  }

  /** Has each partition do its share; answers are in the order given. */
  async #each<I, A>(
    items: readonly I[],
    id: (item: I) => string,
    work: (partition: Partition, own: readonly I[]) => Promise<readonly A[]>,
  ): Promise<readonly A[]> {
    this.#refuseClosed();
    const [only, ...others] = this.#partitions;
    if (only !== undefined && others.length === 0) return work(only, items);
    const shares = Map.groupBy(items.keys(), (at) => this.#at(id(items[at] as I)));
    const answers: A[] = [];
    await Promise.all(
      [...shares].map(async ([partition, places]) => {
        const own = await work(
          partition,
          places.map((at) => items[at] as I),
        );
        for (const [index, at] of places.entries()) answers[at] = own[index] as A;
      }),
    );
    return answers;
  }

  async #loaded(
    ids: readonly string[],
    load: (partition: Partition, own: readonly string[]) => Promise<Loaded>,
  ): Promise<Loaded> {
    let now = 0;
    const jobs = await this.#each(ids, identity, async (partition, own) => {
      const loaded = await load(partition, own);
      now = Math.max(now, loaded.now);
      return loaded.jobs;
    });
    return { now, jobs };
  }

  async #deliver(partition: Partition, posts: readonly number[]): Promise<void> {
    // What is not delivered now is taken over by whoever looks next.
    await deliver(partition, this.#partitions, posts).catch(() => undefined);
  }

  async #listen(): Promise<boolean> {
    return (await this.#ears?.listen()) ?? false;
  }

  #hearing(): Hearing {
    return {
      onWake: (prefix, queue) => {
        const partition = this.#partitions.find((each) => each.prefix === prefix);
        partition?.beds.wake();
        if (this.#sleepers.wake(queue)) return;
        // Whoever was meant is not waiting any more: somebody else may be.
        partition?.run("pass", [queue]).catch(() => undefined);
      },
      onHandOver: (prefix, said) => {
        const partition = this.#partitions.find((each) => each.prefix === prefix);
        if (partition === undefined) return;
        partition.beds.wake();
        this.#sleepers.wake(partition.handOvers.hear(said));
      },
      onCancel: (signal) => this.#leases.cancelling(signal),
      onEnded: (ids) => this.#watched.ended(ids),
      onFinal: (ids, stored) => this.#watched.told(ids, readJobs(ids, stored)),
      onLost: () => {
        for (const { handOvers } of this.#partitions) handOvers.deaf();
      },
      onBack: () => {
        for (const { beds } of this.#partitions) beds.wake();
        this.#sleepers.wakeAll();
        this.#watched.lookAgain();
        void this.#leases.examine();
      },
    };
  }
}

function identity(id: string): string {
  return id;
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
