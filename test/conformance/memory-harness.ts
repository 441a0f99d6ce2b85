import type { DriverOptions, Store } from "../../src/contracts/index.ts";
import { memory } from "../../src/drivers/memory/index.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";

let opened = 0;

const silent = (): void => {};

/** Options of a memory driver of its own, in a test. */
function memoryOptions(clock: FakeClock): DriverOptions {
  opened += 1;
  return {
    location: `conformance-${opened}`,
    parameters: {},
    namespace: "one",
    durability: "full",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock,
  };
}

/** A harness around one memory store per check; `make` may break it on purpose. */
export function memoryHarness(
  make: (options: DriverOptions) => Store = (options) => memory.store!(options),
): Harness<Store> {
  return {
    offers: ["one-step", "inspection", "queue-control", "presence", "connections", "namespaces"],
    open: async () => {
      const clock = new FakeClock();
      const options = memoryOptions(clock);
      const drivers: Store[] = [];
      const start = async (given: DriverOptions): Promise<Store> => {
        const driver = make(given);
        drivers.push(driver);
        await driver.open();
        return driver;
      };
      return {
        driver: await start(options),
        advance: (ms) => clock.advance(ms),
        second: () => start(options),
        otherNamespace: () => start({ ...options, namespace: "two" }),
        close: async () => {
          for (const driver of drivers) await driver.close();
        },
      };
    },
  };
}
