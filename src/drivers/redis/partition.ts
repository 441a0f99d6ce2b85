import type {
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  LeaseRef,
  LeaseSignal,
  NewJob,
  WaitRequest,
} from "../../contracts/index.ts";
import { ConfigurationError, ServerVersionError } from "../../errors/index.ts";
import { stepsOf } from "../../internal/steps.ts";
import { Beds } from "./beds.ts";
import type { Connection } from "./connection.ts";
import { HandOvers } from "./hand-overs.ts";
import type { Holders } from "./holders.ts";
import { steadyMs } from "./lease-board.ts";
import { type RawExchange, type Shared, packExchange, readExchange } from "./packed-exchange.ts";
import { packJobs, packOneJob } from "./packed-jobs.ts";
import { shareOut } from "./posts.ts";
import { Records } from "./records.ts";
import type { RenewedHolder } from "./renewals.ts";
import type { Operation } from "./scripts.ts";
import { joinReplies, splitExchange } from "./split-exchange.ts";
import type { RawJobs } from "./stored-jobs.ts";
import { readRunning } from "./stored-record.ts";
import { SLEEP_MS } from "./waiting.ts";

/** Leases of one call that are looked at. */
const EXAMINED = 250;

export interface PartitionOptions {
  /** What its keys begin with. */
  readonly prefix: string;
  readonly connection: Connection;
  /** The one that jobs are sent over, where that may wait for replicas. */
  readonly senders: Connection;
  readonly holders: Holders;
  /** Whether this process hears everything that it is told now. */
  readonly hears: () => boolean;
  /** Jobs can be listed in the order of their acceptance. */
  readonly indexed: boolean;
  readonly number: number;
  /** How many there are. */
  readonly partitions: number;
}

/** What an exchange brought, with what is left to do after it. */
export interface Exchanged {
  readonly reply: ExchangeReply;
  /** Posts that it made. */
  readonly posts: readonly number[];
  /** Somebody's posts are left to be delivered. */
  readonly late: boolean;
}

/** The jobs whose keys share one hash tag, and so one server, which changes them in one step. */
export class Partition {
  readonly prefix: string;
  readonly holders: Holders;
  readonly beds: Beds;
  readonly handOvers: HandOvers;
  readonly records: Records = new Records(this);
  readonly #options: PartitionOptions;
  /** Settlements of which nobody knows whether they were applied. */
  readonly #unsure = new Set<string>();
  #turn = 0;

  constructor(options: PartitionOptions) {
    this.prefix = options.prefix;
    this.holders = options.holders;
    this.beds = new Beds(options.hears);
    this.handOvers = new HandOvers(options.holders, () => this.#clearDoubts());
    this.#options = options;
  }

  run<T>(operation: Operation, args: readonly string[]): Promise<T> {
    return this.#options.connection.run(operation, this.prefix, args);
  }

  /**
   * Opens it, made by this call or before.
   *
   * @throws ConfigurationError when what is there is not what was asked for
   */
  async open(place: string): Promise<void> {
    const [wrong, what = "", type = ""] = (await this.run<string>("greet", [String(this.#options.partitions)])).split(
      " ",
    );
    if (wrong === "type") {
      throw new ConfigurationError(
        `the key ${what} in ${place} holds a ${type} that is not Millrace's. Choose another namespace, or remove that key`,
      );
    }
    if (wrong === "partitions") {
      throw new ConfigurationError(
        `this namespace in ${place} has ${what} partitions, fixed when it was used first, not ${this.#options.partitions}. Give partitions=${what}, or another namespace`,
      );
    }
    if (wrong === "layout") {
      throw new ServerVersionError(
        `this namespace in ${place} was written by another version of Millrace (layout ${what}). Use that version, or another namespace`,
      );
    }
  }

  async enqueue(operation: "enqueue" | "insert", jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const [first] = jobs;
    if (first === undefined) return [];
    const { senders, indexed } = this.#options;
    const one = jobs.length === 1 && operation === "enqueue" ? packOneJob(first, indexed) : undefined;
    if (one !== undefined && (await senders.run<number>("enqueue-one", this.prefix, one)) === 1) return ["accepted"];
    return outcomesOf(jobs, await senders.run<string>(operation, this.prefix, packJobs(jobs, indexed)));
  }

  /** Accepts jobs of this partition, and posts those of others to them, all or none. Posts are still to be delivered. */
  async enqueueAndPost({ own, foreign }: Shared): Promise<{
    readonly outcomes: readonly EnqueueOutcome[];
    readonly posts: readonly number[];
  }> {
    const { senders, indexed } = this.#options;
    const posted = foreign.flatMap(({ partition, jobs }) => [
      String(partition),
      JSON.stringify(packJobs(jobs, indexed)),
    ]);
    const [letters, posts] = await senders.run<readonly [string, readonly number[]]>("enqueue-and-post", this.prefix, [
      String(foreign.length),
      ...posted,
      ...packJobs(own, indexed),
    ]);
    return { outcomes: outcomesOf(own, letters), posts };
  }

  async exchange(request: ExchangeRequest): Promise<Exchanged> {
    await this.#clearDoubts();
    const parts = splitExchange(request);
    const [only, ...others] = parts;
    if (only !== undefined && others.length === 0) return this.#exchange(only);
    const answers = await Promise.allSettled(parts.map((part) => this.#exchange(part)));
    const failed = answers.find((answer) => answer.status === "rejected");
    const done = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : undefined));
    if (failed !== undefined) {
      for (const [at, part] of parts.entries()) {
        const reply = done[at]?.reply;
        if (reply !== undefined) this.disown(part, reply);
      }
      throw failed.reason;
    }
    const exchanged = done.filter((each) => each !== undefined);
    return {
      reply: joinReplies(exchanged.map(({ reply }) => reply)),
      posts: exchanged.flatMap(({ posts }) => posts),
      late: exchanged.some(({ late }) => late),
    };
  }

  async #exchange(request: ExchangeRequest): Promise<Exchanged> {
    const { indexed, number, partitions } = this.#options;
    const makeBeds = this.beds.prepare(request.reserve?.queues ?? []);
    this.#turn += 1;
    const { worker, reserve } = request;
    const { args, entries } = packExchange(request, {
      turn: this.#turn,
      holder: (name, leaseMs) => this.holders.nameOf(name, leaseMs),
      holderFor: (lease, name, leaseMs) => this.holders.nameFor(lease, name, leaseMs),
      isRepeated: (ref) => this.#unsure.size > 0 && this.#unsure.has(nameOf(ref)),
      indexed,
      sleepMs: makeBeds === undefined ? 0 : SLEEP_MS,
      sleeper:
        makeBeds !== undefined && reserve?.handOver === true
          ? this.handOvers.sleeper(worker, reserve.leaseMs, reserve.tasks)
          : this.holders.connection,
      share: (follow) => shareOut(follow, number, partitions),
    });
    const begunAt = steadyMs();
    let raw: RawExchange;
    try {
      raw = await this.run<RawExchange>("exchange", args);
    } catch (error) {
      this.#doubt(request);
      throw error;
    }
    const { reply, unreadable } = readExchange(raw, request, entries);
    if (raw[7] !== "") makeBeds?.(raw[7]);
    this.holders.follow(request, reply, begunAt);
    this.handOvers.tick(raw[0], begunAt);
    if (unreadable.length > 0) await this.#putAside(request, unreadable);
    if (this.#unsure.size > 0) for (const settlement of request.settle ?? []) this.#unsure.delete(nameOf(settlement));
    return { reply, posts: raw[5], late: raw[6] > 0 };
  }

  /** Takes an exchange for one that failed: its answer reaches nobody, since another partition's part of it failed. */
  disown(request: ExchangeRequest, { leases }: ExchangeReply): void {
    for (const lease of leases) this.holders.drop(lease);
    this.#doubt(request);
  }

  /** Whether a reservation would find something now. */
  async isReady(queues: readonly string[], tasks: readonly string[]): Promise<boolean> {
    return (await this.#look("-", 0, queues, tasks)) === 0;
  }

  /** See lua/look.lua. Who was put to sleep by an exchange just now need not ask. */
  async sleep(request: WaitRequest): Promise<number> {
    const { queues, tasks } = request;
    return this.beds.take(queues) ?? this.#look(this.#sleeper(request), SLEEP_MS, queues, tasks);
  }

  /** Ends a sleep. */
  rise(request: WaitRequest): Promise<unknown> {
    return this.run("rise", [this.#sleeper(request), ...request.queues]);
  }

  #sleeper({ handOver, tasks }: WaitRequest): string {
    if (handOver === undefined || !this.#options.hears()) return this.holders.connection;
    return this.handOvers.sleeper(handOver.worker, handOver.leaseMs, tasks);
  }

  #look(sleeper: string, sleepMs: number, queues: readonly string[], tasks: readonly string[]): Promise<number> {
    return this.run("look", [sleeper, String(sleepMs), String(queues.length), ...queues, ...tasks]);
  }

  /** Keeps what holders have. Says for each whether it may have lost some. */
  async renew(holders: readonly RenewedHolder[]): Promise<readonly boolean[]> {
    const args = holders.flatMap(({ name, leaseMs }) => [name, String(leaseMs)]);
    return (await this.run<readonly number[]>("renew", args)).map((doubt) => doubt === 1);
  }

  abandon(leases: readonly LeaseRef[]): Promise<unknown> {
    for (const lease of leases) this.holders.drop(lease);
    return this.run(
      "abandon",
      leases.flatMap(({ id, lease }) => [id, String(lease)]),
    );
  }

  /** Of leases that this process holds, those that were lost, and those whose cancellation was requested. */
  async examine(leases: readonly LeaseRef[]): Promise<readonly LeaseSignal[]> {
    const signals: LeaseSignal[] = [];
    for (const chunk of stepsOf(leases, EXAMINED)) {
      const [, , , stamps] = await this.run<RawJobs>(
        "load",
        chunk.map(({ id }) => id),
      );
      for (const [at, { id, lease }] of chunk.entries()) {
        const running = readRunning(stamps[at] ?? null);
        // It may have been settled while the answer was on its way.
        if (!this.holders.holds({ id, lease })) continue;
        if (running?.lease !== lease) signals.push({ id, lease, signal: "lost" });
        else if (running.cancelled) signals.push({ id, lease, signal: "cancel" });
      }
    }
    for (const signal of signals) if (signal.signal === "lost") this.holders.drop(signal);
    return signals;
  }

  /** Jobs whose records cannot be read are nobody's to run: they become dead letters, with their bytes. */
  async #putAside({ worker, reserve }: ExchangeRequest, ids: readonly string[]): Promise<void> {
    try {
      await this.run("put-aside", ids);
    } catch {
      // Given back, they come again.
      if (reserve !== undefined) this.holders.doubt(worker, reserve.leaseMs);
    }
  }

  /** An exchange failed: it may have been carried out all the same. */
  #doubt({ worker, settle = [], reserve }: ExchangeRequest): void {
    for (const settlement of settle) this.#unsure.add(nameOf(settlement));
    if (reserve !== undefined) this.holders.doubt(worker, reserve.leaseMs);
  }

  /** Gives back what nobody knows to have been given. */
  async #clearDoubts(): Promise<void> {
    const unsure = this.holders.takeUnsure();
    for (const [at, { old, name, leaseMs, ids }] of unsure.entries()) {
      try {
        while ((await this.run<number>("adopt", [old, name, String(leaseMs), ...ids])) === 0);
      } catch (error) {
        this.holders.putBack(unsure.slice(at));
        throw error;
      }
    }
  }
}

function nameOf({ id, lease }: LeaseRef): string {
  return `${lease} ${id}`;
}

function outcomesOf(jobs: readonly NewJob[], letters: string): readonly EnqueueOutcome[] {
  return jobs.map((_, at) => (letters[at] === "e" ? "exists" : "accepted"));
}
