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
  Logger,
  NewJob,
  Presence,
  QueueControl,
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
import { Connections } from "./connections.ts";
import { Ears, type Hearing } from "./ears.ts";
import { exchangeAll } from "./exchange-all.ts";
import { KeptLeases } from "./kept-leases.ts";
import { Partition } from "./partition.ts";
import { Partitions } from "./partitions.ts";
import { PausedQueues } from "./paused-queues.ts";
import { deliver, enqueueShared, shareOut } from "./posts.ts";
import { PresenceBoard } from "./presence-board.ts";
import { RedisInspection } from "./redis-inspection.ts";
import type { RedisPlan } from "./redis-url.ts";
import { type Operation, type Script, readScripts } from "./scripts.ts";
import type { Client } from "./settings.ts";
import { readJobs } from "./stored-jobs.ts";
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
export class RedisStore implements Store {
  readonly capabilities: BrokerCapabilities = { durable: true, shared: true };
  readonly backendCapabilities: BackendCapabilities = { durable: true, shared: true, volatile: false };
  readonly leaseKeeping: LeaseKeeping;
  readonly #partitions = new Partitions();
  readonly inspection: Inspection = new RedisInspection(this.#partitions);
  readonly queueControl: QueueControl = new PausedQueues(() => this.#partitions.opened);
  readonly presence: Presence = new PresenceBoard(() => this.#partitions.of(""));
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
      partitions: () => this.#partitions.all,
      partitionOf: (id) => this.#partitions.of(id),
    });
    this.leaseKeeping = this.#leases;
    this.#watched = new WatchedJobs({
      hears: () => this.#ears?.hears ?? false,
      watch: async (ids) => {
        await this.#listen();
        return this.#partitions.loaded(ids, ({ records }, own) => records.watch(own, this.#name));
      },
      load: (ids) => this.#partitions.loaded(ids, ({ records }, own) => records.load(own)),
      forget: (ids) => {
        this.#partitions
          .eachOf(ids, (partition, own) => partition.run("unwatch", [this.#name, ...own]).then(() => own))
          .catch(() => undefined);
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
    this.#partitions.open(partitions);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const partitions = this.#partitions.opened;
    const [first] = jobs;
    if (first === undefined) return [];
    const home = this.#partitions.of(first.id);
    const shared = shareOut(jobs, partitions.indexOf(home), partitions.length);
    if (shared.foreign.length === 0) return home.enqueue("enqueue", jobs);
    return this.#finishing(enqueueShared(jobs, home, shared, partitions));
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeReply> {
    const partitions = this.#partitions.opened;
    if (request.reserve !== undefined) this.#leases.prepare();
    const [only, ...others] = partitions;
    if (only !== undefined && others.length === 0) return (await only.exchange(request)).reply;
    this.#turn += 1;
    return this.#finishing(
      exchangeAll(partitions, request, this.#turn, async (partition, { posts, late }) => {
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
    const partitions = this.#partitions.opened;
    const handed = this.#handedTo(request);
    if (handed.length > 0) return handed;
    const signal = AbortSignal.any([request.signal, this.#closing.signal]);
    await waitForJobs({ ...request, signal }, this.#sleepers, {
      listen: () => this.#listen(),
      look: async () => {
        const looks = partitions.map((partition) => partition.sleep(request));
        const due = (await Promise.all(looks)).filter((ms) => ms >= 0);
        return due.length === 0 ? -1 : Math.min(...due);
      },
      rise: async () => {
        if (!this.#partitions.isClosed) await Promise.all(partitions.map((partition) => partition.rise(request)));
      },
    });
    return this.#handedTo(request);
  }

  #handedTo(request: WaitRequest): readonly Lease[] {
    return this.#partitions.all.flatMap(({ handOvers }) => handOvers.take(request));
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly ("inserted" | "exists")[]> {
    const outcomes = await this.#partitions.each(jobs, idOf, (partition, own) => partition.enqueue("insert", own));
    return outcomes.map((outcome) => (outcome === "accepted" ? "inserted" : "exists"));
  }

  save(updates: readonly RecordUpdate[]): Promise<readonly SaveOutcome[]> {
    return this.#partitions.each(updates, idOf, ({ records }, own) => records.save(own));
  }

  load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    return this.#partitions.eachOf(ids, async ({ records }, own) => (await records.load(own)).jobs);
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    return this.#watches.open(notify);
  }

  requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    return this.#partitions.eachOf(ids, ({ records }, own) => records.cancel(own, keep));
  }

  async purge(limit: number): Promise<number> {
    let purged = 0;
    for (const { records } of this.#partitions.opened) {
      if (purged < limit) purged += await records.purge(limit - purged);
    }
    return purged;
  }

  async #close(): Promise<void> {
    this.#partitions.close();
    this.#closing.abort();
    this.#watched.close();
    await this.#leases.close();
    await Promise.allSettled(this.#underWay);
    await Promise.all(this.#partitions.all.map(({ handOvers }) => handOvers.close()));
    await this.#connections.close();
    this.#ears?.close();
  }

  async #deliver(partition: Partition, posts: readonly number[]): Promise<void> {
    // What is not delivered now is taken over by whoever looks next.
    await deliver(partition, this.#partitions.all, posts).catch(() => undefined);
  }

  async #listen(): Promise<boolean> {
    return (await this.#ears?.listen()) ?? false;
  }

  #hearing(): Hearing {
    return {
      onWake: (prefix, queue) => {
        const partition = this.#partitions.named(prefix);
        partition?.beds.wake();
        if (this.#sleepers.wake(queue)) return;
        // Whoever was meant is not waiting any more: somebody else may be.
        partition?.run("pass", [queue]).catch(() => undefined);
      },
      onHandOver: (prefix, said) => {
        const partition = this.#partitions.named(prefix);
        if (partition === undefined) return;
        partition.beds.wake();
        this.#sleepers.wake(partition.handOvers.hear(said));
      },
      onCancel: (signal) => this.#leases.cancelling(signal),
      onEnded: (ids) => this.#watched.ended(ids),
      onFinal: (ids, stored) => this.#watched.told(ids, readJobs(ids, stored)),
      onLost: () => {
        for (const { handOvers } of this.#partitions.all) handOvers.deaf();
      },
      onBack: () => {
        for (const { beds } of this.#partitions.all) beds.wake();
        this.#sleepers.wakeAll();
        this.#watched.lookAgain();
        void this.#leases.examine();
      },
    };
  }
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
