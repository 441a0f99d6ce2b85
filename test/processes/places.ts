import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisServer, lacking } from "../servers/index.ts";

/** A store of one test's own, gone when it is disposed. */
export interface Place extends AsyncDisposable {
  /** Its URL. */
  readonly store: string;
}

/** A kind of store that processes share; what is promised of them must hold on each. */
export interface PlaceKind {
  readonly name: string;
  open(): Promise<Place>;
}

const sqlite: PlaceKind = {
  name: "SQLite",
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "millrace-place-"));
    return {
      store: `sqlite:${join(folder, "jobs.db")}`,
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
export const PLACES: readonly PlaceKind[] = [sqlite, ...((await lacking("redis")) === undefined ? [redis] : [])];
