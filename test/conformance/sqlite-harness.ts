import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DriverOptions } from "../../src/contracts/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";

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

interface Closable {
  open(): Promise<void>;
  close(): Promise<void>;
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
      const drivers: D[] = [];
      const start = async (given: DriverOptions): Promise<D> => {
        const driver = make(given);
        drivers.push(driver);
        await driver.open();
        return driver;
      };
      let current = await start(options);
      return {
        driver: current,
        advance: async (ms) => {
          // A timer may fire up to a millisecond early by the wall clock.
          await sleep(ms + 1);
        },
        reopen: async () => {
          await current.close();
          current = await start(options);
          return current;
        },
        second: () => start(options),
        otherNamespace: () => start({ ...options, namespace: "two" }),
        close: async () => {
          for (const driver of drivers) await driver.close();
          await rm(folder, { recursive: true });
        },
      };
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
