import { DatabaseSync } from "node:sqlite";
import { type Connection, defineQueue, defineWorker } from "plainjob";
import { PAYLOAD, type System } from "./system.ts";

const QUIET = { error: console.error, warn: console.warn, info: () => undefined, debug: () => undefined };

/** plainjob as its README drives it, on node:sqlite so that the library is the same; it sets synchronous NORMAL itself. */
export class Plainjob implements System {
  readonly about = "plainjob 0.0.14 on node:sqlite (synchronous NORMAL, its own choice), no results, no leases";
  #queue!: ReturnType<typeof defineQueue>;
  #database!: DatabaseSync;

  open(file: string): Promise<void> {
    this.#database = new DatabaseSync(file);
    this.#queue = defineQueue({ connection: connection(this.#database, file), logger: QUIET });
    return Promise.resolve();
  }

  sendOneByOne(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) this.#queue.add("noop", PAYLOAD);
    return Promise.resolve();
  }

  /** Its `add` is synchronous: sends cannot overlap. */
  sendConcurrently(count: number): Promise<void> {
    return this.sendOneByOne(count);
  }

  sendInBulk(count: number, bulk: number): Promise<void> {
    const list = Array.from({ length: bulk }, () => PAYLOAD);
    for (let sent = 0; sent < count; sent += bulk) this.#queue.addMany("noop", list);
    return Promise.resolve();
  }

  async drain(count: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    let completed = 0;
    const worker = defineWorker("noop", async () => undefined, {
      queue: this.#queue,
      logger: QUIET,
      onCompleted: () => {
        completed += 1;
        if (completed === count) done.resolve();
      },
    });
    void worker.start();
    await done.promise;
    await worker.stop();
  }

  close(): Promise<void> {
    this.#queue.close();
    return Promise.resolve();
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
