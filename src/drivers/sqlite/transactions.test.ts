import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Worker } from "node:worker_threads";
import { Transactions } from "./transactions.ts";

let folder: string;
let path: string;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-transactions-"));
  path = join(folder, "t.db");
  database = new DatabaseSync(path, { timeout: 0 });
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER)");
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function rows(): number {
  return Number(database.prepare("SELECT count(*) AS n FROM t").get()?.["n"]);
}

/** Holds the file's write lock for `ms` from another thread; resolves once it has it. */
function lockFor(ms: number): Promise<Worker> {
  const holder = new Worker(
    `const { DatabaseSync } = require("node:sqlite");
     const { parentPort, workerData } = require("node:worker_threads");
     const database = new DatabaseSync(workerData.path);
     database.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (0)");
     parentPort.postMessage("locked");
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.ms);
     database.exec("COMMIT");
     database.close();`,
    { eval: true, workerData: { path, ms } },
  );
  return new Promise((resolve, reject) => {
    holder.once("message", () => resolve(holder));
    holder.once("error", reject);
  });
}

describe("Transactions", () => {
  test("what is done in one is there afterwards, with its value", () => {
    const value = new Transactions(database, path).run(() => {
      database.exec("INSERT INTO t VALUES (1)");
      return "done";
    });
    expect([value, rows(), database.isTransaction]).toEqual(["done", 1, false]);
  });

  test("what throws leaves nothing, and the next one works", () => {
    const transactions = new Transactions(database, path);
    const attempt = (): void =>
      transactions.run(() => {
        database.exec("INSERT INTO t VALUES (1)");
        throw new RangeError("no");
      });
    expect(attempt).toThrow(RangeError);
    expect([rows(), database.isTransaction]).toEqual([0, false]);
    transactions.run(() => database.exec("INSERT INTO t VALUES (1)"));
    expect(rows()).toBe(1);
  });

  test("a lock that another connection holds for a while is waited for", async () => {
    const holder = await lockFor(300);
    const began = performance.now();
    let turns = 0;
    const whileWaiting = (): void => {
      turns += 1;
    };
    new Transactions(database, path, whileWaiting).run(() => database.exec("INSERT INTO t VALUES (1)"));
    expect(performance.now() - began).toBeGreaterThan(100);
    expect(rows()).toBe(2);
    expect(turns).toBeGreaterThan(10);
    await holder.terminate();
  });
});
