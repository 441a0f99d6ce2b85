import { Worker } from "node:worker_threads";
import type { Logger } from "../../contracts/index.ts";
import { entryBeside } from "../../internal/entry-beside.ts";
import type { LeaseBoard } from "./lease-board.ts";
import { type RenewalLines, type RenewedHolder, Renewals } from "./renewals.ts";
import type { Settings } from "./settings.ts";

/** How often the main thread says that it is alive. */
const HEARTBEAT_MS = 1_000;

/** What the thread is started with. */
export interface LeaseThreadData {
  readonly memory: SharedArrayBuffer;
  readonly settings: Settings;
  readonly blockedLimitMs: number;
}

export interface ToLeaseThread {
  readonly add?: RenewedHolder;
  readonly close?: true;
}

export interface FromLeaseThread {
  readonly ready?: true;
  readonly doubt?: readonly number[];
  readonly lapsing?: readonly number[];
}

/**
 * Renews the leases of this process: in a thread of its own with a connection of its own, so that a task may block the
 * main thread; on the main thread until that thread is up, if it ends, and where there can be none.
 */
export class LeaseThread {
  readonly #board: LeaseBoard;
  readonly #settings: Settings | undefined;
  readonly #blockedLimitMs: number;
  readonly #lines: RenewalLines;
  readonly #logger: Logger;
  readonly #holders: RenewedHolder[] = [];
  #thread: Worker | undefined;
  #own: Renewals | undefined;
  #beat: NodeJS.Timeout | undefined;
  #closed = false;

  /** Without `settings` there is no thread: a connection cannot be made from them. */
  constructor(
    board: LeaseBoard,
    settings: Settings | undefined,
    blockedLimitMs: number,
    lines: RenewalLines,
    logger: Logger,
  ) {
    this.#board = board;
    this.#settings = settings;
    this.#blockedLimitMs = blockedLimitMs;
    this.#lines = lines;
    this.#logger = logger;
  }

  /** Gets ready: a thread takes its time, and the first job may block this one. */
  prepare(): void {
    if (this.#closed || this.#beat !== undefined) return;
    this.#beat = setInterval(() => this.#board.beat(), HEARTBEAT_MS).unref();
    this.#renewHere();
    this.#start();
  }

  /** Renews what this holder holds from now on. */
  add(holder: RenewedHolder): void {
    if (this.#closed) return;
    const at = this.#holders.findIndex(({ slot }) => slot === holder.slot);
    if (at === -1) this.#holders.push(holder);
    else this.#holders[at] = holder;
    this.#own?.add(holder);
    this.#post({ add: holder });
    this.prepare();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#beat);
    this.#own?.close();
    await this.#thread?.terminate();
  }

  #renewHere(): void {
    if (this.#closed || this.#own !== undefined) return;
    this.#own = new Renewals(this.#board, Number.POSITIVE_INFINITY, this.#lines);
    for (const holder of this.#holders) this.#own.add(holder);
  }

  #start(): void {
    if (this.#settings === undefined) {
      this.#logger.warn(
        "leases are renewed on the main thread, since the store was given a client: a task that blocks the event loop for longer than its lease loses it",
      );
      return;
    }
    const workerData: LeaseThreadData = {
      memory: this.#board.memory,
      settings: this.#settings,
      blockedLimitMs: this.#blockedLimitMs,
    };
    const thread = new Worker(entryBeside(import.meta.url, "thread"), { workerData, name: "millrace-leases" });
    this.#thread = thread;
    thread.on("message", (message: FromLeaseThread) => this.#receive(message));
    thread.on("error", (error: Error) => {
      this.#logger.error("the thread that renews leases ended; the main thread renews them", { error: error.message });
    });
    thread.on("exit", () => {
      this.#thread = undefined;
      this.#renewHere();
    });
    thread.unref();
    for (const holder of this.#holders) this.#post({ add: holder });
  }

  #post(message: ToLeaseThread): void {
    this.#thread?.postMessage(message, []);
  }

  #receive({ ready, doubt, lapsing }: FromLeaseThread): void {
    if (ready === true) {
      this.#own?.close();
      this.#own = undefined;
    }
    if (doubt !== undefined) this.#lines.onDoubt(doubt);
    if (lapsing !== undefined) this.#lines.onLapsing(lapsing);
  }
}
