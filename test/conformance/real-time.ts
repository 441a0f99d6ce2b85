import { setTimeout as sleep } from "node:timers/promises";
import type { DriverOptions } from "../../src/contracts/index.ts";
import type { Opened } from "../../src/testing/conformance/harness.ts";

export interface Closable {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** How a driver stands on one place, for one check. */
export interface Place<D> {
  readonly options: DriverOptions;
  readonly make: (options: DriverOptions) => D;
  /** Takes the place away, once all connections are closed. */
  readonly remove: () => Promise<void>;
}

/** A driver that is open at a place of its own, in real time. */
export async function openedInRealTime<D extends Closable>({ options, make, remove }: Place<D>): Promise<Opened<D>> {
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
      await remove();
    },
  };
}
