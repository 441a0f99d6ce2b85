import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { storeUrl } from "../../src/app/store-url.ts";
import type { DriverOptions } from "../../src/contracts/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";
import { type Closable, openedInRealTime } from "./real-time.ts";

const silent = (): void => {};

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
      return openedInRealTime({ options, make, remove: () => Promise.resolve() });
    },
  };
}
