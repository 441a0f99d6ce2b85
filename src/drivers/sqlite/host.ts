import type { DatabaseSync } from "node:sqlite";
import type { WatchedJob } from "../../contracts/index.ts";
import { Answering } from "./answering.ts";
import { Effects } from "./effects.ts";
import { Engine } from "./engine.ts";
import { HeldLeases } from "./held-leases.ts";
import type { Answer, FromThread, ThreadOptions, ToThread } from "./protocol.ts";
import { Renewal } from "./renewal.ts";
import { Transactions } from "./transactions.ts";
import { WakeFile } from "./wake-file.ts";
import { Waits } from "./waits.ts";
import { WatchedJobs } from "./watched-jobs.ts";

/** What of the thread's options concerns its work, and not how messages reach it. */
type HostOptions = Omit<ThreadOptions, "toThread" | "fromThread">;

/** How often to look for changes of other processes when no event tells of them. */
const SLOW_CHECK_MS = 500;
/** The same while jobs run here, whose cancellation is to reach them soon. */
const CANCEL_CHECK_MS = 50;
/** Looking at watched jobs may take this share of the thread at the most. */
const WATCH_DUTY = 0.1;

/**
 * The store's own thread: has calls answered and this process's leases renewed, and tells waiting workers and clients when
 * there is something for them.
 */
export class Host {
  readonly #engine: Engine;
  readonly #answering: Answering;
  readonly #renewal: Renewal;
  readonly #transactions: Transactions;
  readonly #database: DatabaseSync;
  readonly #wakeFile: WakeFile;
  readonly #held = new HeldLeases();
  readonly #watched: WatchedJobs;
  readonly #waits: Waits;
  readonly #post: (message: FromThread) => void;
  readonly #dataVersion: () => number;
  #seenVersion: number;
  #nextWatchCheckAt = 0;
  #checkTimer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  /** One, however often others change something meanwhile. */
  #watchTimer: NodeJS.Timeout | undefined;

  constructor(database: DatabaseSync, options: HostOptions, post: (message: FromThread) => void) {
    const { path, namespace, heartbeat, blockedLimitMs } = options;
    this.#database = database;
    this.#post = post;
    const engine = new Engine(database, namespace);
    const transactions = new Transactions(database, path, () => this.#renewal.giveUpLapsing());
    this.#engine = engine;
    this.#transactions = transactions;
    this.#answering = new Answering({ database, path, namespace, engine, transactions }, this.#held);
    this.#renewal = new Renewal({
      engine,
      held: this.#held,
      transactions,
      heartbeat,
      blockedLimitMs,
      tell: (signals) => post({ signals }),
    });
    this.#watched = new WatchedJobs((ids) => engine.load(ids));
    this.#waits = new Waits((queues, tasks) => engine.isAvailable(queues, tasks));
    const version = database.prepare("PRAGMA data_version");
    this.#dataVersion = () => Number(version.get()?.["data_version"]);
    this.#seenVersion = this.#dataVersion();
    this.#wakeFile = new WakeFile(`${path}-wake`, () => this.#checkOthers());
  }

  /** Handles everything that arrived in one turn. */
  handle(messages: readonly ToThread[]): void {
    const calls = messages.flatMap((message) => message.calls);
    const effects = new Effects();
    // Whoever waits for these goes on while the rest is seen to.
    for (const answers of this.#answering.answer(calls, effects)) if (answers.length > 0) this.#post({ answers });
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
    clearTimeout(this.#watchTimer);
    this.#renewal.close();
    this.#post({ answers: this.#waits.close().map(answered) });
    this.#wakeFile.close();
    this.#database.close();
  }

  /** After a change: tells whom it concerns, then gets ready to sleep. */
  #settleDown(effects: Effects, answers: Answer[], watched: WatchedJob[]): void {
    if (effects.concernOthers) this.#wakeFile.wakeOthers();
    watched.push(...this.#watched.finished(effects.finished));
    const signals = this.#renewal.signalsOf(effects.cancelling);
    this.#armSleep();
    answers.push(...this.#waits.wake(effects.ready).map(answered));
    if (answers.length + watched.length + signals.length > 0) this.#post({ answers, watched, signals });
    this.#armDeadline();
    this.#renewal.arm();
    this.#armCheck();
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
    const signals = this.#renewal.cancelledElsewhere();
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
      this.#watchTimer ??= setTimeout(() => {
        this.#watchTimer = undefined;
        this.#checkOthers();
      }, this.#nextWatchCheckAt - started);
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
