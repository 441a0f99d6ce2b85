import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RedisServer, lacking } from "../servers/index.ts";

/** A store of one test's own, gone when it is disposed. */
export interface Place extends AsyncDisposable {
  /** Its URL. */
  readonly store: string;
  /** Whether its files are, where it has files that can be checked. */
  readonly isIntact?: () => boolean;
}

/** A kind of store that processes share; what is promised of them must hold on each. */
export interface PlaceKind {
  readonly name: string;
  open(): Promise<Place>;
}

export const SQLITE: PlaceKind = {
  name: "SQLite",
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "millrace-place-"));
    const file = join(folder, "jobs.db");
    return {
      store: `sqlite:${file}`,
      isIntact: () => {
        using database = new DatabaseSync(file);
        return database.prepare("PRAGMA integrity_check").get()?.["integrity_check"] === "ok";
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

const redis: PlaceKind = {
  name: "Redis",
  open: async () => {
    const server = await RedisServer.start();
    return { store: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
};

/** Those that can be had here. */
export const PLACES: readonly PlaceKind[] = [SQLITE, ...((await lacking("redis")) === undefined ? [redis] : [])];
