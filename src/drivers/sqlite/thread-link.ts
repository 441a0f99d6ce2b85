import { Worker } from "node:worker_threads";
import type { LeaseRef, LeaseSignal, Logger, WatchedJob } from "../../contracts/index.ts";
import { type StoredError, revivedError } from "../../core/stored-error.ts";
import { ClosedError, StoreUnavailableError } from "../../errors/index.ts";
import { ChurningMap } from "../../internal/churning-map.ts";
import { entryBeside } from "../../internal/entry-beside.ts";
import { Lookout } from "./lookout.ts";
import { Inbox, Outbox, type Posted, mailboxMemory } from "./mailbox.ts";
import type { Answer, Call, FromThread, ThreadOptions, ToThread } from "./protocol.ts";
import { sqliteError } from "./sqlite-error.ts";

/** How often the main thread says that it is alive. */
const HEARTBEAT_MS = 1_000;

/** What the link does not add itself. */
export type OwnOptions = Omit<ThreadOptions, "heartbeat" | "toThread" | "fromThread">;

interface Pending {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface LinkListeners {
  readonly onSignals: (signals: readonly LeaseSignal[]) => void;
  readonly onWatched: (jobs: readonly WatchedJob[]) => void;
}

/** The main thread's end of the line to the store's thread: numbered calls, sent together once a turn. */
export class ThreadLink {
  readonly #pending = new ChurningMap<number, Pending>();
  readonly #listeners: LinkListeners;
  readonly #logger: Logger;
  readonly #options: OwnOptions;
  readonly #toThread = mailboxMemory();
  readonly #fromThread = mailboxMemory();
  readonly #outbox = new Outbox<ToThread>(this.#toThread, (posted) => this.#thread?.postMessage(posted, []));
  readonly #inbox = new Inbox<FromThread>(this.#fromThread);
  readonly #lookout = new Lookout({
    isDue: () => this.#due > 0,
    hear: () => this.#hear(),
    looking: (looking) => {
      this.#inbox.isLooking = looking;
    },
  });
  readonly #heartbeat = new Int32Array(new SharedArrayBuffer(4));
  #thread: Worker | undefined;
  #beat: NodeJS.Timeout | undefined;
  #number = 0;
  /** Calls under way that are answered at once, as all but waits are. */
  #due = 0;
  #calls: (readonly [number, Call])[] = [];
  #opened: (failed: StoredError | undefined) => void = () => undefined;
  #scheduled = false;
  #closing: Promise<void> | undefined;
  #ended: Error | undefined;

  constructor(options: OwnOptions, logger: Logger, listeners: LinkListeners) {
    this.#options = options;
    this.#logger = logger;
    this.#listeners = listeners;
  }

  async open(): Promise<void> {
    const workerData: ThreadOptions = {
      ...this.#options,
      heartbeat: this.#heartbeat.buffer,
      toThread: this.#toThread,
      fromThread: this.#fromThread,
    };
    const thread = new Worker(entryBeside(import.meta.url, "thread"), { workerData, name: "millrace-sqlite" });
    this.#thread = thread;
    await new Promise<void>((resolve, reject) => {
      this.#opened = (failed) => (failed === undefined ? resolve() : reject(revivedError(failed)));
      thread.on("message", (posted: Posted<FromThread>) => this.#hear(posted));
      thread.once("error", reject);
      thread.once("exit", () =>
        reject(new StoreUnavailableError("the SQLite store's thread ended before it had opened")),
      );
    }).catch(async (error: unknown) => {
      await thread.terminate();
      this.#thread = undefined;
      throw sqliteError(error, this.#options.path);
    });
    thread.removeAllListeners("error");
    thread.on("error", (error: Error) => this.#fail(error));
    thread.on("exit", () => this.#fail(new Error("the store's thread ended")));
    thread.unref();
    this.#beat = setInterval(() => Atomics.add(this.#heartbeat, 0, 1), HEARTBEAT_MS).unref();
  }

  /** Calls the thread; `onNumber` is told the call's number, by which a wait can be taken back. */
  call<T>(call: Call, onNumber?: (number: number) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== undefined || this.#closing !== undefined || this.#thread === undefined) {
        reject(this.#ended ?? new ClosedError("the store is closed"));
        return;
      }
      this.#number += 1;
      // A call under way keeps the process alive; nothing else of the store does.
      if (this.#pending.size === 0) this.#thread.ref();
      this.#pending.set(this.#number, { call, resolve: resolve as (value: unknown) => void, reject });
      if (call.op !== "wait") this.#due += 1;
      onNumber?.(this.#number);
      this.#calls.push([this.#number, call]);
      if (this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => this.#flush());
    });
  }

  /** Tells the thread something that has no answer. */
  tell(notice: Omit<ToThread, "calls" | "close">): void {
    if (this.#ended === undefined && this.#closing === undefined) this.#outbox.send({ calls: [], ...notice });
  }

  takeBackWait(number: number): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.tell({ unwait: [number] });
    this.#settle(number, pending);
    pending.resolve(undefined);
  }

  abandon(leases: readonly LeaseRef[]): void {
    this.tell({ abandon: leases });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined || this.#ended !== undefined) return;
    this.#flush();
    thread.ref();
    const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    this.#outbox.send({ calls: [], close: true });
    await ended;
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#calls.length === 0) return;
    const calls = this.#calls;
    this.#calls = [];
    const rows = rowsOf(calls);
    this.#outbox.send({ calls }, rows);
    // Where many are on their way, more gather while the loop sleeps, and share the next commit.
    if (rows <= 1) this.#lookout.look();
  }

  #hear(posted?: Posted<FromThread>): void {
    const messages = this.#inbox.take(posted);
    if (messages.length > 0) this.#lookout.heard();
    for (const message of messages) this.#receive(message);
  }

  #receive(message: FromThread): void {
    if (message.opened === true || message.failed !== undefined) this.#opened(message.failed);
    for (const answer of message.answers ?? []) this.#answer(answer);
    if (message.signals !== undefined && message.signals.length > 0) this.#listeners.onSignals(message.signals);
    if (message.watched !== undefined && message.watched.length > 0) this.#listeners.onWatched(message.watched);
  }

  #answer([number, ok, value]: Answer): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.#settle(number, pending);
    if (ok) pending.resolve(value);
    else pending.reject(revivedError(value));
  }

  #settle(number: number, { call }: Pending): void {
    this.#pending.delete(number);
    if (call.op !== "wait") this.#due -= 1;
    if (this.#pending.size === 0) this.#thread?.unref();
  }

  #fail(cause: Error): void {
    clearInterval(this.#beat);
    if (this.#ended !== undefined) return;
    if (this.#closing === undefined) {
      this.#logger.error("the SQLite store's thread ended", { error: cause.message });
      this.#ended = new StoreUnavailableError(
        `the SQLite store's thread ended: ${cause.message}. Start the process again`,
        {
          cause,
        },
      );
    } else {
      this.#ended = new ClosedError("the store is closed");
    }
    for (const pending of this.#pending.values()) pending.reject(this.#ended);
    this.#pending.clear();
  }
}

/** Jobs that calls tell of. */
function rowsOf(calls: ToThread["calls"]): number {
  let rows = 0;
  for (const [, call] of calls) {
    if (call.op === "exchange") rows += call.request.settlements.rows;
    if (call.op === "enqueue") for (const { ids } of call.groups) rows += ids.length;
  }
  return rows;
}
