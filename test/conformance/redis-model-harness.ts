import { createHash, randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import type { Store } from "../../src/contracts/index.ts";
import { RedisStore } from "../../src/drivers/redis/redis-store.ts";
import { redisPlan } from "../../src/drivers/redis/redis-url.ts";
import { readScripts } from "../../src/drivers/redis/scripts.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import type { Harness } from "../../src/testing/conformance/index.ts";

const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Time stands still but for `advance`: scripts read it from a key. Nothing is renewed meanwhile. */
const CLOCK = `local now = tonumber(redis.call("GET", KEYS[1] .. "clock") or 0)`;
const IDLE = "#!lua\nreturn {}";

/** Any moment, in milliseconds since the epoch. */
const BEGIN = 1_900_000_000_000;

/**
 * Leases of one worker are renewed together, by exchanges too. The model knows an end of its own for each, as leases have
 * that are abandoned.
 */
function endedApart(driver: RedisStore): Store {
  const exchange: Store["exchange"] = async (request) => {
    const reply = await driver.exchange(request);
    driver.leaseKeeping.abandon(reply.leases);
    return reply;
  };
  return new Proxy(driver, {
    get: (target, name) => {
      if (name === "exchange") return exchange;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** A harness on a real server in held time, for the model test. */
export function redisModelHarness(url: string): Harness<Store> {
  const idle = { source: IDLE, sha: createHash("sha1").update(IDLE).digest("hex") };
  const scripts = { ...readScripts(CLOCK), renew: idle };
  return {
    offers: ["one-step", "inspection"],
    open: async () => {
      const namespace = `model-${randomBytes(6).toString("hex")}`;
      const plan = redisPlan({
        location: url.slice(url.indexOf(":") + 1),
        parameters: {},
        namespace,
        durability: "normal",
        logger,
        clock: systemClock,
      });
      const clock = `{${namespace}.0}:clock`;
      // Given a client, the store starts no thread.
      const server = new Redis(url);
      await server.set(clock, BEGIN);
      const driver = new RedisStore({ plan, durability: "normal", logger, indexed: true, scripts, client: server });
      await driver.open();
      return {
        driver: endedApart(driver),
        advance: async (ms) => {
          await server.incrby(clock, ms);
        },
        close: async () => {
          await driver.close();
          server.disconnect();
        },
      };
    },
  };
}
