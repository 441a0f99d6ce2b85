import type { DatabaseSync, StatementSync } from "node:sqlite";
import { FileIdentity } from "./file-identity.ts";
import { sqliteError, isBusy } from "./sqlite-error.ts";

/** How long a transaction tries to get the file's write lock. */
const LOCK_PATIENCE_MS = 10_000;

const sleeping = new Int32Array(new SharedArrayBuffer(4));

/** Write transactions on one connection that other processes share. */
export class Transactions {
  readonly #database: DatabaseSync;
  readonly #beginNow: StatementSync;
  readonly #commit: StatementSync;
  readonly #path: string;
  readonly #identity: FileIdentity;
  readonly #whileWaiting: () => void;

  /** `whileWaiting` is called again and again while another process holds the lock. */
  constructor(database: DatabaseSync, path: string, whileWaiting: () => void = () => undefined) {
    this.#database = database;
    this.#beginNow = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#path = path;
    this.#identity = new FileIdentity(path);
    this.#whileWaiting = whileWaiting;
  }

  /** Runs `work` in one transaction, durable when this returns. Rolled back if it throws; the error is one of ours. */
  run<T>(work: () => T): T {
    try {
      this.#identity.refuseMoved();
      this.#begin();
      const value = work();
      this.#patiently(() => this.#commit.run());
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw sqliteError(error, this.#path);
    }
  }

  #begin(): void {
    this.#patiently(() => this.#beginNow.run());
  }

  /**
   * Tries again while another process holds the lock, after drawn pauses of up to 2 ms. SQLite's own busy handler waits up
   * to 100 ms at a time, which makes the unlucky process of many wait for seconds.
   */
  #patiently(step: () => void): void {
    const until = performance.now() + LOCK_PATIENCE_MS;
    for (;;) {
      try {
        step();
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error;
        this.#whileWaiting();
        Atomics.wait(sleeping, 0, 0, 0.1 + Math.random() * 2);
      }
    }
  }
}
