import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriverOptions } from "../../src/contracts/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";
import { type Closable, openedInRealTime } from "./real-time.ts";

const silent = (): void => {};

/** Options of a SQLite driver on the file at `location`, in a test. */
function sqliteOptions(location: string): DriverOptions {
  return {
    location,
    parameters: {},
    namespace: "one",
    durability: "full",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: systemClock,
  };
}

/** A harness around one real file per check, in real time; `make` says in which role. */
export function sqliteHarness<D extends Closable>(
  make: (options: DriverOptions) => D,
  offers: Harness<D>["offers"],
): Harness<D> {
  return {
    offers,
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), "millrace-conformance-"));
      const options = sqliteOptions(join(folder, "jobs.db"));
      return openedInRealTime({ options, make, remove: () => rm(folder, { recursive: true }) });
    },
  };
}

/** The SQLite driver's roles, each with everything that it offers in it. */
export const sqliteStoreHarness = sqliteHarness(
  (options) => sqlite.store!(options),
  ["one-step", "durable", "inspection", "lease-keeping", "queue-control", "presence", "connections", "namespaces"],
);
export const sqliteBrokerHarness = sqliteHarness(
  (options) => sqlite.broker!(options),
  ["durable", "lease-keeping", "queue-control", "presence", "connections", "namespaces"],
);
export const sqliteBackendHarness = sqliteHarness(
  (options) => sqlite.backend!(options),
  ["durable", "inspection", "presence", "connections", "namespaces"],
);
