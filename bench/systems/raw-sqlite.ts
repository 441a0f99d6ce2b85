import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Duty, Producer, Stop, System } from "./system.ts";

const BATCH = 100;
const POLL_MS = 5;

/** Bare loops over node:sqlite with the row and the indexes a queue needs: the limit of what a queue on it can reach. */
export class RawSqlite implements System {
  readonly about = `bare loops over node:sqlite ${process.versions["sqlite"]}, synchronous FULL, ${BATCH} jobs a transaction, no thread, no client, no worker`;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async produce(): Promise<Producer> {
    const database = this.#open();
    const insert = database.prepare(
      "INSERT INTO job (id, queue, task, state, priority, created_at, body) VALUES (?, 'default', 'noop', 2, 0, ?, ?)",
    );
    const prefix = randomBytes(8).toString("hex");
    let last = 0;
    const sendMany = async (payloads: readonly string[]): Promise<void> => {
      const now = Date.now();
      database.exec("BEGIN IMMEDIATE");
      for (const payload of payloads) {
        last += 1;
        insert.run(prefix + last.toString(36).padStart(8, "0"), now, JSON.stringify([payload]));
      }
      database.exec("COMMIT");
    };
    return { lanes: 1, send: (payload) => sendMany([payload]), sendMany, close: async () => database.close() };
  }

  async work({ started, done }: Duty): Promise<Stop> {
    const database = this.#open();
    const reserve = database.prepare(
      `UPDATE job SET state = 3, lease = lease + 1, lease_until = ?
       WHERE seq IN (SELECT seq FROM job WHERE queue = 'default' AND state = 2 ORDER BY priority DESC, seq LIMIT ?)
       RETURNING id, body, lease`,
    );
    const complete = database.prepare(
      "UPDATE job SET state = 5, result = ?, finished_at = ?, lease_until = NULL WHERE id = ? AND lease = ? AND state = 3",
    );
    /** Reserves and completes up to a batch; returns how many. */
    const turn = (): number => {
      database.exec("BEGIN IMMEDIATE");
      const jobs = reserve.all(Date.now() + 10_000, BATCH);
      for (const { id, body, lease } of jobs as unknown as { id: string; body: string; lease: number }[]) {
        started((JSON.parse(body) as [string])[0]);
        complete.run("1", Date.now(), id, lease);
      }
      database.exec("COMMIT");
      for (let at = 0; at < jobs.length; at += 1) done();
      return jobs.length;
    };
    const stopping = new AbortController();
    const stopped = (async (): Promise<void> => {
      // A turn of the event loop between batches, so that the loop can be stopped.
      while (!stopping.signal.aborted) await (turn() === 0 ? sleep(POLL_MS) : nextTurn());
    })();
    return async () => {
      stopping.abort();
      await stopped;
      database.close();
    };
  }

  #open(): DatabaseSync {
    const database = new DatabaseSync(this.#file, { timeout: 10_000 });
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec(`
      CREATE TABLE IF NOT EXISTS job (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, queue TEXT NOT NULL, task TEXT NOT NULL, state INTEGER NOT NULL,
        priority INTEGER NOT NULL, created_at INTEGER NOT NULL, lease INTEGER NOT NULL DEFAULT 0, lease_until INTEGER,
        finished_at INTEGER, body TEXT NOT NULL, result TEXT
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS job_id ON job (id);
      CREATE INDEX IF NOT EXISTS job_ready ON job (queue, priority DESC, seq) WHERE state = 2;
    `);
    return database;
  }
}
