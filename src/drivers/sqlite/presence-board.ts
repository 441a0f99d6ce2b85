import type { DatabaseSync } from "node:sqlite";
import type { Present } from "../../contracts/index.ts";
import { type Statements, prepareStatements } from "./statements.ts";

/** Who announced themselves, for as long as they said. */
export class PresenceBoard {
  readonly #sql: Statements;
  readonly #now: () => number;

  constructor(database: DatabaseSync, namespace: string, now: () => number = Date.now) {
    this.#sql = prepareStatements(database, namespace);
    this.#now = now;
  }

  announce(name: string, about: string, liveMs: number): void {
    const now = this.#now();
    this.#sql["forget-absent"].run(now);
    this.#sql.announce.run(name, about, now, now + liveMs);
  }

  leave(name: string): void {
    this.#sql.leave.run(name);
  }

  present(): Present[] {
    return this.#sql.present.all(this.#now()).map((row) => ({
      name: String(row["name"]),
      about: String(row["about"]),
      seenAt: Number(row["seen_at"]),
    }));
  }
}
