import { DatabaseSync, type StatementSync } from "node:sqlite";
import { PAYLOAD, type System } from "./system.ts";

const BATCH = 100;

/** Bare loops over node:sqlite with the row and the indexes a queue needs: the limit of what a queue on it can reach. */
export class RawSqlite implements System {
  readonly about = `node:sqlite ${process.versions["sqlite"]}, bare loops in one thread, no client, no worker`;
  #database!: DatabaseSync;
  #insert!: StatementSync;
  #next = 0;

  open(file: string, durability: "full" | "normal"): Promise<void> {
    this.#database = new DatabaseSync(file);
    this.#database.exec("PRAGMA journal_mode = WAL");
    this.#database.exec(`PRAGMA synchronous = ${durability}`);
    this.#database.exec(`
      CREATE TABLE job (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, queue TEXT NOT NULL, task TEXT NOT NULL, state INTEGER NOT NULL,
        priority INTEGER NOT NULL, created_at INTEGER NOT NULL, lease INTEGER NOT NULL DEFAULT 0, lease_until INTEGER,
        finished_at INTEGER, body TEXT NOT NULL, result TEXT
      ) STRICT;
      CREATE UNIQUE INDEX job_id ON job (id);
      CREATE INDEX job_ready ON job (queue, priority DESC, seq) WHERE state = 2;
    `);
    this.#insert = this.#database.prepare(
      "INSERT INTO job (id, queue, task, state, priority, created_at, body) VALUES (?, 'default', 'noop', 2, 0, ?, ?)",
    );
    return Promise.resolve();
  }

  sendOneByOne(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) this.#insertMany(1);
    return Promise.resolve();
  }

  sendConcurrently(count: number, concurrency: number): Promise<void> {
    for (let sent = 0; sent < count; sent += concurrency) this.#insertMany(concurrency);
    return Promise.resolve();
  }

  sendInBulk(count: number, bulk: number): Promise<void> {
    for (let sent = 0; sent < count; sent += bulk) this.#insertMany(bulk);
    return Promise.resolve();
  }

  drain(count: number): Promise<void> {
    const reserve = this.#database.prepare(
      `UPDATE job SET state = 3, lease = lease + 1, lease_until = ?
       WHERE seq IN (SELECT seq FROM job WHERE queue = 'default' AND state = 2 ORDER BY priority DESC, seq LIMIT ?)
       RETURNING seq, id, body, lease`,
    );
    const complete = this.#database.prepare(
      "UPDATE job SET state = 5, result = ?, finished_at = ?, lease_until = NULL WHERE id = ? AND lease = ? AND state = 3",
    );
    for (let done = 0; done < count;) {
      this.#database.exec("BEGIN IMMEDIATE");
      const jobs = reserve.all(Date.now() + 10_000, BATCH);
      for (const job of jobs) {
        JSON.parse(job["body"] as string);
        complete.run("1", Date.now(), job["id"] as string, job["lease"] as number);
      }
      this.#database.exec("COMMIT");
      done += jobs.length;
      if (jobs.length === 0) throw new Error("nothing left to drain");
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #insertMany(count: number): void {
    const now = Date.now();
    this.#database.exec("BEGIN IMMEDIATE");
    for (let at = 0; at < count; at += 1) {
      this.#next += 1;
      this.#insert.run(`job-${this.#next.toString(36).padStart(20, "0")}`, now, JSON.stringify({ args: [PAYLOAD] }));
    }
    this.#database.exec("COMMIT");
  }
}
