import { DatabaseSync } from "node:sqlite";
import { type Connection, type Queue, defineQueue, defineWorker } from "plainjob";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";
import { versionOf } from "./version-of.ts";

const QUIET = { error: console.error, warn: console.warn, info: () => undefined, debug: () => undefined };
const POLL_MS = 50;

/** plainjob as its README drives it, on node:sqlite, so that the library is the same for all. */
export class Plainjob implements System {
  readonly about = `${versionOf("plainjob")} on node:sqlite, synchronous NORMAL (its own choice), polling every ${POLL_MS} ms; one job at a time, no results, no leases`;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Its `add` is synchronous: sends cannot overlap. */
  async produce(): Promise<Producer> {
    const queue = this.#queue();
    return {
      send: async (payload) => queue.add("noop", payload),
      sendMany: async (payloads) => queue.addMany("noop", [...payloads]),
      sendLater: async (jobs: readonly DelayedJob[]) => {
        for (const { payload, at } of jobs) queue.add("noop", payload, { delay: at - Date.now() });
      },
      close: async () => queue.close(),
    };
  }

  async work({ started, done }: Duty): Promise<Stop> {
    const queue = this.#queue();
    const worker = defineWorker("noop", async ({ data }) => started(JSON.parse(data) as string), {
      queue,
      logger: QUIET,
      pollIntervall: POLL_MS,
      onCompleted: done,
    });
    const stopped = worker.start();
    return async () => {
      await worker.stop();
      await stopped;
      queue.close();
    };
  }

  #queue(): Queue {
    const database = new DatabaseSync(this.#file, { timeout: 10_000 });
    return defineQueue({ connection: connection(database, this.#file), logger: QUIET });
  }
}

/** The part of better-sqlite3's interface that plainjob uses. */
function connection(database: DatabaseSync, filename: string): Connection {
  return {
    driver: "better-sqlite3",
    filename,
    pragma: (statement) => database.exec(`PRAGMA ${statement}`),
    exec: (statement) => database.exec(statement),
    prepare: (statement) => database.prepare(statement),
    transaction: (work: (...args: unknown[]) => unknown) => {
      const inTransaction =
        (begin: string) =>
        (...args: unknown[]): unknown => {
          database.exec(begin);
          try {
            const value = work(...args);
            database.exec("COMMIT");
            return value;
          } catch (error) {
            database.exec("ROLLBACK");
            throw error;
          }
        };
      return Object.assign(inTransaction("BEGIN"), { immediate: inTransaction("BEGIN IMMEDIATE") }) as never;
    },
    close: () => database.close(),
  } as Connection;
}
