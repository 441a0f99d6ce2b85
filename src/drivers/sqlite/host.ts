import type { DatabaseSync } from "node:sqlite";
import type { LeaseRef, LeaseSignal, WatchedJob } from "../../contracts/index.ts";
import { storedError } from "../../core/stored-error.ts";
import { Effects } from "./effects.ts";
import { Engine } from "./engine.ts";
import { HeldLeases } from "./held-leases.ts";
import { Inspector } from "./inspector.ts";
import { packOutcomes, packReply, unpackRequest } from "./packing.ts";
import type { Answer, Call, FromThread, ReadCall, ThreadOptions, ToThread, WriteCall } from "./protocol.ts";
import { PresenceBoard } from "./presence-board.ts";
import { RecordKeeper } from "./record-keeper.ts";
import { sqliteError } from "./sqlite-error.ts";
import { Transactions } from "./transactions.ts";
import { WakeFile } from "./wake-file.ts";
import { Waits } from "./waits.ts";
import { WatchedJobs } from "./watched-jobs.ts";

/** How often to look for changes of other processes when no event tells of them. */
const SLOW_CHECK_MS = 500;
/** The same while jobs run here, whose cancellation is to reach them soon. */
const CANCEL_CHECK_MS = 50;
/** Looking at watched jobs may take this share of the thread at the most. */
const WATCH_DUTY = 0.1;

const READS: ReadonlySet<Call["op"]> = new Set<ReadCall["op"]>(["load", "list", "count", "paused", "present"]);

/**
 * The store's own thread: takes calls, answers those of one turn from one transaction, keeps this process's leases, and
 * tells waiting workers and clients when there is something for them.
 */
export class Host {
  readonly #engine: Engine;
  readonly #keeper: RecordKeeper;
  readonly #inspector: Inspector;
  readonly #presence: PresenceBoard;
  readonly #transactions: Transactions;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #wakeFile: WakeFile;
  readonly #held = new HeldLeases();
  readonly #watched: WatchedJobs;
  readonly #waits: Waits;
  readonly #post: (message: FromThread) => void;
  readonly #heartbeat: Int32Array;
  readonly #blockedLimitMs: number;
  readonly #cancelSignalled = new Set<string>();
  readonly #dataVersion: () => number;
  #seenVersion: number;
  #lastBeat = 0;
  #lastBeatAt = 0;
  #nextWatchCheckAt = 0;
  #checkTimer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #renewTimer: NodeJS.Timeout | undefined;

  constructor(database: DatabaseSync, options: ThreadOptions, post: (message: FromThread) => void) {
    const { path, namespace } = options;
    this.#path = path;
    this.#database = database;
    this.#post = post;
    this.#engine = new Engine(database, namespace);
    this.#keeper = new RecordKeeper(database, namespace, this.#engine);
    this.#inspector = new Inspector(database, namespace);
    this.#presence = new PresenceBoard(database, namespace);
    this.#transactions = new Transactions(database, path, () => this.#giveUpLapsing());
    this.#heartbeat = new Int32Array(options.heartbeat);
    this.#blockedLimitMs = options.blockedLimitMs;
    this.#watched = new WatchedJobs((ids) => this.#engine.load(ids));
    this.#waits = new Waits((queues, tasks) => this.#engine.isAvailable(queues, tasks));
    const version = database.prepare("PRAGMA data_version");
    this.#dataVersion = () => Number(version.get()?.["data_version"]);
    this.#seenVersion = this.#dataVersion();
    this.#wakeFile = new WakeFile(`${path}-wake`, () => this.#checkOthers());
  }

  /** Handles everything that arrived in one turn. */
  handle(messages: readonly ToThread[]): void {
    const calls = messages.flatMap((message) => message.calls);
    const effects = new Effects();
    const answers = [...this.#write(calls, effects), ...this.#read(calls)];
    // Whoever waits for these goes on while the rest is seen to.
    if (answers.length > 0) this.#post({ answers });
    const watched: WatchedJob[] = [];
    for (const message of messages) {
      for (const number of message.unwait ?? []) this.#waits.drop(number);
      for (const lease of message.abandon ?? []) this.#held.drop(lease);
      if (message.watch !== undefined) watched.push(...this.#watched.add(message.watch));
      if (message.unwatch !== undefined) this.#watched.remove(message.unwatch);
    }
    for (const [number, call] of calls) {
      if (call.op === "wait") this.#waits.add(number, call, (done) => this.#post({ answers: [answered(done)] }));
    }
    this.#settleDown(effects, [], watched);
  }

  close(): void {
    clearTimeout(this.#checkTimer);
    clearTimeout(this.#deadlineTimer);
    clearTimeout(this.#renewTimer);
    this.#post({ answers: this.#waits.close().map(answered) });
    this.#wakeFile.close();
    this.#database.close();
  }

  #write(calls: readonly (readonly [number, Call])[], effects: Effects): Answer[] {
    const writes = calls.filter((entry): entry is readonly [number, WriteCall] => isWrite(entry[1]));
    if (writes.length === 0) return [];
    try {
      return this.#commit(writes, effects);
    } catch (error) {
      if (writes.length === 1) return writes.map(([number]) => [number, false, storedError(error)]);
      // One bad call must not fail its neighbours: each gets a transaction of its own.
      return writes.flatMap((write) => this.#write([write], effects));
    }
  }

  #commit(writes: readonly (readonly [number, WriteCall])[], effects: Effects): Answer[] {
    const own = new Effects();
    const exchanges: (() => void)[] = [];
    const answers = this.#transactions.run(() =>
      writes.map(([number, call]): Answer => {
        if (call.op !== "exchange") return [number, true, this.#apply(call, own)];
        const request = unpackRequest(call.request);
        const reply = this.#engine.exchange(request, own);
        // Only what is committed is held.
        exchanges.push(() => this.#held.follow(request, reply, performance.now()));
        return [number, true, packReply(reply)];
      }),
    );
    for (const follow of exchanges) follow();
    effects.take(own);
    return answers;
  }

  #apply(call: Exclude<WriteCall, { op: "exchange" }>, effects: Effects): unknown {
    switch (call.op) {
      case "enqueue":
        return packOutcomes(this.#engine.enqueueGroups(call.groups, effects), "accepted");
      case "save":
        return this.#keeper.save(call.updates, effects);
      case "cancel":
        return this.#engine.requestCancel(call.ids, call.keep, effects);
      case "purge":
        return this.#engine.purge(call.limit);
      case "replay":
        return this.#engine.replay(call.ids, effects);
      case "removeDead":
        return this.#engine.removeDead(call.ids, call.limit);
      case "pause":
        return this.#engine.paused.pause(call.queue);
      case "resume":
        return this.#engine.paused.resume(call.queue, effects);
      case "announce":
        return this.#presence.announce(call.name, call.about, call.liveMs);
      case "leave":
        return this.#presence.leave(call.name);
    }
  }

  #read(calls: readonly (readonly [number, Call])[]): Answer[] {
    return calls
      .filter((entry): entry is readonly [number, ReadCall] => isRead(entry[1]))
      .map(([number, call]): Answer => {
        try {
          return [number, true, this.#look(call)];
        } catch (error) {
          return [number, false, storedError(sqliteError(error, this.#path))];
        }
      });
  }

  #look(call: ReadCall): unknown {
    switch (call.op) {
      case "load":
        return this.#engine.load(call.ids);
      case "list":
        return this.#inspector.list(call.query);
      case "count":
        return this.#inspector.count(call.below);
      case "paused":
        return this.#engine.paused.list();
      case "present":
        return this.#presence.present();
    }
  }

  /** After a change: tells whom it concerns, then gets ready to sleep. */
  #settleDown(effects: Effects, answers: Answer[], watched: WatchedJob[]): void {
    if (effects.concernOthers) this.#wakeFile.wakeOthers();
    watched.push(...this.#watched.finished(effects.finished));
    const signals = this.#cancelSignals(effects.cancelling);
    this.#armSleep();
    answers.push(...this.#waits.wake(effects.ready).map(answered));
    if (answers.length + watched.length + signals.length > 0) this.#post({ answers, watched, signals });
    this.#armDeadline();
    this.#armRenewal();
    this.#armCheck();
  }

  #cancelSignals(ids: readonly string[]): LeaseSignal[] {
    return ids.flatMap((id) => {
      const lease = this.#held.leaseOf(id);
      return lease === undefined ? [] : this.#cancelSignal({ id, lease });
    });
  }

  #cancelSignal({ id, lease }: LeaseRef): LeaseSignal[] {
    const key = `${lease} ${id}`;
    if (this.#cancelSignalled.has(key)) return [];
    this.#cancelSignalled.add(key);
    return [{ id, lease, signal: "cancel" }];
  }

  #armSleep(): void {
    if (this.#waits.size + this.#watched.size > 0) this.#wakeFile.sleep();
    else this.#wakeFile.stayAwake();
  }

  /** Wakes waiting workers when the next job becomes due. */
  #armDeadline(leastMs = 0): void {
    clearTimeout(this.#deadlineTimer);
    if (this.#waits.size === 0) return;
    const deadline = this.#engine.nextDeadline();
    if (deadline === undefined) return;
    const delay = Math.min(Math.max(deadline - this.#engine.now(), leastMs), 2 ** 31 - 1);
    this.#deadlineTimer = setTimeout(() => this.#excusing(() => this.#wakeForDue()), delay);
  }

  #wakeForDue(): void {
    const answers = this.#waits.wake(this.#engine.dueQueues()).map(answered);
    const effects = new Effects();
    // Whoever is woken makes the jobs due with its reservation; where nobody serves their queue, it is done here.
    if (answers.length === 0 && !this.#promote(effects)) this.#armDeadline(SLOW_CHECK_MS);
    else this.#settleDown(effects, answers, []);
  }

  /** False after a passing fault, such as a full disk or a lock. */
  #promote(effects: Effects): boolean {
    try {
      this.#transactions.run(() => this.#engine.promote(effects));
      return true;
    } catch {
      return false;
    }
  }

  #armRenewal(): void {
    if (this.#held.size === 0 || this.#renewTimer !== undefined) return;
    this.#renewTimer = setTimeout(() => {
      this.#renewTimer = undefined;
      this.#renew();
      this.#armRenewal();
    }, this.#held.intervalMs);
  }

  #renew(): void {
    const signals: LeaseSignal[] = [];
    if (this.#isMainAlive()) {
      try {
        signals.push(...this.#extendAll());
      } catch {
        // Renewals run three times a lease: the next one may get through.
      }
    }
    if (signals.length > 0) this.#post({ signals });
    this.#giveUpLapsing();
  }

  /** What could not be renewed is told while it is still held, so that its effects end before another's begin. */
  #giveUpLapsing(): void {
    const lapsing = this.#held.dropLapsing(performance.now());
    if (lapsing.length > 0) this.#post({ signals: lapsing.map(({ id, lease }) => ({ id, lease, signal: "lost" })) });
  }

  #extendAll(): LeaseSignal[] {
    // What is due is counted by a clock that nobody sets; what is stored, by the one that all processes share.
    const [began, now] = [performance.now(), this.#engine.now()];
    const due = this.#held.due(began);
    if (due.length === 0) return [];
    const outcomes = this.#transactions.run(() => due.map((lease) => this.#engine.extend(lease, now + lease.leaseMs)));
    this.#held.renewed(due, began);
    return due.flatMap((lease, at): LeaseSignal[] => {
      if (outcomes[at] === "cancel") return this.#cancelSignal(lease);
      if (outcomes[at] !== "lost") return [];
      this.#held.drop(lease);
      return [{ id: lease.id, lease: lease.lease, signal: "lost" }];
    });
  }

  /** A main thread blocked beyond the limit is taken for hung: its leases lapse and others run its jobs. */
  #isMainAlive(): boolean {
    const beat = Atomics.load(this.#heartbeat, 0);
    const now = performance.now();
    if (beat !== this.#lastBeat || this.#lastBeatAt === 0) {
      this.#lastBeat = beat;
      this.#lastBeatAt = now;
    }
    return now - this.#lastBeatAt < this.#blockedLimitMs;
  }

  #armCheck(): void {
    const needed = this.#waits.size + this.#watched.size + this.#held.size > 0;
    if (!needed || this.#checkTimer !== undefined) return;
    this.#checkTimer = setTimeout(
      () => {
        this.#checkTimer = undefined;
        this.#checkOthers();
        this.#excusing(() => {
          const expired = this.#watched.checkExpired(this.#engine.now());
          if (expired.length > 0) this.#post({ watched: expired });
          // The clock may have been set, or the machine have slept, and timers know of neither.
          this.#armDeadline();
        });
        this.#armCheck();
      },
      this.#held.size > 0 ? CANCEL_CHECK_MS : SLOW_CHECK_MS,
    );
  }

  /** Looks at what other processes changed, if they changed anything. */
  #checkOthers(): void {
    this.#excusing(() => this.#lookAtOthers());
  }

  /** For looks that come again: a fault of the disk must not end the thread, and who calls is told by their own call. */
  #excusing(look: () => void): void {
    try {
      look();
    } catch {
      this.#seenVersion = -1;
    }
  }

  #lookAtOthers(): void {
    this.#armSleep();
    const version = this.#dataVersion();
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    if (this.#held.size === 0) this.#cancelSignalled.clear();
    const signals =
      this.#held.size === 0
        ? []
        : this.#engine.cancelling().flatMap((lease) => (this.#held.holds(lease) ? this.#cancelSignal(lease) : []));
    const answers = this.#waits.check().map(answered);
    const watched = this.#checkWatched();
    if (answers.length + watched.length + signals.length > 0) this.#post({ answers, watched, signals });
    this.#armDeadline();
  }

  #checkWatched(): WatchedJob[] {
    if (this.#watched.size === 0) return [];
    const started = performance.now();
    if (started < this.#nextWatchCheckAt) {
      // Come back to it; the version is put back so that the check finds a change then.
      this.#seenVersion = -1;
      setTimeout(() => this.#checkOthers(), this.#nextWatchCheckAt - started);
      return [];
    }
    const watched = this.#watched.checkAll();
    const ended = performance.now();
    this.#nextWatchCheckAt = ended + (ended - started) * (1 / WATCH_DUTY - 1);
    return watched;
  }
}

function answered(number: number): Answer {
  return [number, true, undefined];
}

function isRead(call: Call): call is ReadCall {
  return READS.has(call.op);
}

function isWrite(call: Call): call is WriteCall {
  return call.op !== "wait" && !isRead(call);
}
