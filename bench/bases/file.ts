import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Base, Meter } from "./base.ts";

/** Makes a folder for one file. */
export async function startFile(): Promise<Base> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-bench-"));
  return {
    address: { kind: "file", url: join(folder, "queue.db") },
    about: `SQLite ${process.versions["sqlite"]} of Node.js, WAL, synchronous FULL where not said otherwise`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function fileMeter(file: string): Promise<Meter> {
  const folder = dirname(file);
  return {
    requests: async () => Number.NaN,
    bytes: async () => {
      const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    },
    close: async () => undefined,
  };
}
