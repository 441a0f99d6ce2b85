/*
 * drivers/redis: the distributed store, on Redis or Valkey, alone, behind sentinels, or as a cluster.
 * Here: the scripts and the keys they change, connections, how processes wake each other.
 * Not here: retry policy, encoding, anything a second driver would need too.
 */
import type { Driver, DriverOptions } from "../../contracts/index.ts";
import { redisPlan } from "./redis-url.ts";
import { RedisStore } from "./redis-store.ts";
import type { Client } from "./settings.ts";

function open(options: DriverOptions, indexed: boolean): RedisStore {
  const { durability, logger, client } = options;
  const plan = redisPlan(options);
  return new RedisStore({
    plan,
    durability,
    logger,
    indexed,
    ...(client !== undefined && { client: client as Client }),
  });
}

/** `redis://host:port/database` and its kin: see docs/redis.md. */
export const redis: Driver = {
  scheme: "redis",
  store: (options) => open(options, true),
  broker: (options) => open(options, false),
  backend: (options) => open(options, true),
};
