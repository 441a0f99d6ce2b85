import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { storeUrl } from "../../src/app/store-url.ts";
import type { DriverOptions } from "../../src/contracts/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";

const silent = (): void => {};

interface Closable {
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A harness on a real server, with a namespace of its own for each check, in real time; `make` says in which role. Given a
 * client instead of a URL's settings, the driver renews leases on the main thread, at a fraction of a thread's cost.
 */
export function redisHarness<D extends Closable>(
  url: string,
  make: (options: DriverOptions) => D,
  offers: Harness<D>["offers"],
  client?: Redis,
): Harness<D> {
  return {
    offers,
    open: async () => {
      const options: DriverOptions = {
        ...storeUrl(url),
        namespace: `check-${randomBytes(6).toString("hex")}`,
        durability: "full",
        logger: { debug: silent, info: silent, warn: silent, error: silent },
        clock: systemClock,
        ...(client !== undefined && { client }),
      };
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
        otherNamespace: () => start({ ...options, namespace: `${options.namespace}-2` }),
        close: async () => {
          for (const driver of drivers) await driver.close();
        },
      };
    },
  };
}
