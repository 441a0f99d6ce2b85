import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../src/drivers/sqlite/open-database.ts";
import { ConfigurationError, type MillraceError, SqliteVersionError, StoreFileError } from "../../src/index.ts";
import { Folder, appOn } from "./files.ts";

function open(path: string, options: { durability?: "full" | "normal"; sqliteVersion?: string } = {}): DatabaseSync {
  return openDatabase({ path, namespace: "millrace", durability: "full", ...options });
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** A store with jobs in it, closed. */
async function made(folder: Folder, jobs = 200): Promise<string> {
  const file = folder.file();
  const app = appOn(file);
  await app.client().sendMany(
    "note",
    Array.from({ length: jobs }, (_, at) => [at, "x".repeat(100)]),
  );
  await app.close();
  return file;
}

/** What an app says of a file when it is to send. */
async function refusal(file: string): Promise<MillraceError> {
  const app = appOn(file);
  const error: unknown = await app
    .client()
    .send("note")
    .catch((thrown: unknown) => thrown);
  await app.close();
  return error as MillraceError;
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const target = openSync(file, "r+");
  writeSync(target, bytes, 0, bytes.length, at);
  closeSync(target);
}

describe("how a file is opened", () => {
  test("with a write-ahead log, and every commit synced", () => {
    using folder = new Folder();
    using database = open(folder.file());
    expect([pragma(database, "journal_mode"), pragma(database, "synchronous")]).toEqual(["wal", 2]);
    using other = new DatabaseSync(folder.file());
    expect(pragma(other, "journal_mode")).toBe("wal");
  });

  test('synced at checkpoints only, where durability is "normal"', () => {
    using folder = new Folder();
    using database = open(folder.file(), { durability: "normal" });
    expect([pragma(database, "journal_mode"), pragma(database, "synchronous")]).toEqual(["wal", 1]);
  });

  test("with small pages, of which a commit writes whole ones, and a log of 4 MiB", () => {
    using folder = new Folder();
    using database = open(folder.file());
    expect([pragma(database, "page_size"), pragma(database, "wal_autocheckpoint")]).toEqual([2_048, 2_048]);
  });

  test("a file that has pages of another size keeps them, with its jobs", async () => {
    using folder = new Folder();
    {
      using database = new DatabaseSync(folder.file());
      database.exec("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA user_version = 0");
    }
    {
      await using app = appOn(folder.file());
      await app.client().send("note");
    }
    using database = open(folder.file());
    expect([pragma(database, "page_size"), pragma(database, "wal_autocheckpoint")]).toEqual([8_192, 512]);
    await using app = appOn(folder.file());
    expect(await app.client().queues()).toEqual([{ queue: "default", counts: { queued: 1 } }]);
  });

  test("for its owner alone, the files beside it too", async () => {
    using folder = new Folder();
    const app = appOn(folder.file());
    await app.client().send("note");
    const modes = ["", "-wal", "-shm", "-wake"].map((end) => statSync(`${folder.file()}${end}`).mode & 0o777);
    await app.close();
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
  });

  test("an empty file is a new store", () => {
    using folder = new Folder();
    writeFileSync(folder.file(), "");
    using database = open(folder.file());
    expect(pragma(database, "user_version")).toBeGreaterThan(0);
  });

  test("a file of an older schema is brought up to date, with its jobs", async () => {
    using folder = new Folder();
    const file = await made(folder, 3);
    {
      using database = new DatabaseSync(file);
      database.exec("PRAGMA user_version = 0");
    }
    await using app = appOn(file);
    expect(await app.client().queues()).toEqual([{ queue: "default", counts: { queued: 3 } }]);
    using database = new DatabaseSync(file);
    expect(pragma(database, "user_version")).toBe(1);
  });

  test(
    "any number may open a new file at the same moment: one makes it, the others find it",
    { timeout: 60_000 },
    async () => {
      using folder = new Folder();
      const [threads, rounds] = [3, 100];
      const workerData = { folder: folder.path, threads, rounds, arrived: new SharedArrayBuffer(4) };
      const entry = new URL("./programs/open-together.ts", import.meta.url);
      const all = Array.from({ length: threads }, () => new Worker(entry, { workerData }));
      const ends = all.map((thread) => once(thread, "exit"));
      try {
        expect(await Promise.all(ends)).toEqual(all.map(() => [0]));
      } finally {
        // One that failed would be waited for by the others without end.
        await Promise.all(all.map((thread) => thread.terminate()));
      }
    },
  );
});

describe("what is refused, with what to do", () => {
  test.each(["3.51.2", "3.50.99", "2.99.99", "3", ""])("SQLite %j", (sqliteVersion) => {
    using folder = new Folder();
    const attempt = (): DatabaseSync => open(folder.file(), { sqliteVersion });
    expect(attempt).toThrow(SqliteVersionError);
    expect(attempt).toThrow(/3\.51\.3 or newer is needed\. Use a current release of Node/);
  });

  test.each(["3.51.3", "3.52.0", "4.0.0"])("but not SQLite %j", (sqliteVersion) => {
    using folder = new Folder();
    expect(() => open(folder.file(), { sqliteVersion }).close()).not.toThrow();
  });

  test("a file with damage in the middle", async () => {
    using folder = new Folder();
    const file = await made(folder);
    const { size } = statSync(file);
    overwrite(file, Math.floor(size / 2), Buffer.alloc(4_096 * 2, 0x5a));
    const error = await refusal(file);
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/corrupt.*Restore it from a backup, or move it away/);
  });

  test.each([
    ["magic text", 0],
    ["page size", 16],
    ["format of the schema", 44],
  ])("a file whose header is damaged: %s", async (_, at) => {
    using folder = new Folder();
    const file = await made(folder);
    overwrite(file, at, Buffer.from([0xff, 0xff, 0xff, 0xff]));
    const error = await refusal(file);
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/corrupt|no SQLite database|truncated/);
    expect(error.message).toMatch(/move (it|the file) away/);
  });

  test.each([0.5, 0.9])("a file truncated to %d of its size", async (share) => {
    using folder = new Folder();
    const file = await made(folder);
    truncateSync(file, Math.floor(statSync(file).size * share));
    const error = await refusal(file);
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/is truncated: \d+ bytes of \d+\. Restore it from a backup/);
  });

  test("a file truncated within its header", async () => {
    using folder = new Folder();
    const file = await made(folder);
    truncateSync(file, 50);
    expect(await refusal(file)).toBeInstanceOf(StoreFileError);
  });

  test("another program's database, which stays as it was", async () => {
    using folder = new Folder();
    {
      using foreign = new DatabaseSync(folder.file());
      foreign.exec("CREATE TABLE pet (name TEXT); INSERT INTO pet VALUES ('Rex')");
    }
    const error = await refusal(folder.file());
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/database of another program\. Give a path of its own/);
    using foreign = new DatabaseSync(folder.file());
    expect(foreign.prepare("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "pet" }]);
    expect(pragma(foreign, "journal_mode")).toBe("delete");
  });

  test("no database at all, which stays as it was", async () => {
    using folder = new Folder();
    const text = "Dear diary,\n".repeat(200);
    writeFileSync(folder.file(), text);
    const error = await refusal(folder.file());
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/no SQLite database\. Give a path of its own/);
    expect(readFileSync(folder.file(), "utf8")).toBe(text);
  });

  test("a newer schema", async () => {
    using folder = new Folder();
    const file = await made(folder, 1);
    {
      using database = new DatabaseSync(file);
      database.exec("PRAGMA user_version = 9999");
    }
    const error = await refusal(file);
    expect(error).toBeInstanceOf(StoreFileError);
    expect(error.message).toMatch(/made by a newer Millrace \(schema 9999.*Update millrace/);
  });

  test("a folder that is not there", async () => {
    using folder = new Folder();
    const error = await refusal(join(folder.path, "none", "jobs.db"));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/does not exist; create it first/);
  });

  test("a folder in the place of the file", async () => {
    using folder = new Folder();
    mkdirSync(folder.file());
    const error = await refusal(folder.file());
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/is no place for the store's file/);
  });
});

test("an app that was refused opens the file once it is put right", async () => {
  using folder = new Folder();
  const nested = join(folder.path, "later");
  await using app = appOn(join(nested, "jobs.db"));
  await expect(app.client().send("note")).rejects.toBeInstanceOf(ConfigurationError);
  mkdirSync(nested);
  const job = await app.client().send("note");
  expect(await job.peek()).toMatchObject({ state: "queued" });
});

test("garbage behind the write-ahead log's end costs nothing that was committed", async () => {
  using folder = new Folder();
  const app = appOn(folder.file());
  const job = await app.client().send("note");
  using copy = new Folder();
  for (const end of ["", "-wal"]) writeFileSync(copy.file(`jobs.db${end}`), readFileSync(`${folder.file()}${end}`));
  await app.close();
  appendFileSync(`${copy.file()}-wal`, Buffer.alloc(5_000, 0x77));
  await using again = appOn(copy.file());
  expect(await again.client().get(job.id)).toMatchObject({ state: "queued" });
});
