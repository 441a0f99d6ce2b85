import type { DatabaseSync, StatementSync } from "node:sqlite";
import { FileIdentity } from "./file-identity.ts";
import { despiteLocks } from "./lock-patience.ts";
import { sqliteError } from "./sqlite-error.ts";

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
      despiteLocks(() => this.#beginNow.run(), this.#whileWaiting);
      const value = work();
      despiteLocks(() => this.#commit.run(), this.#whileWaiting);
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw sqliteError(error, this.#path);
    }
  }
}
