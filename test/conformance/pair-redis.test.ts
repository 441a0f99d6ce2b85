import { Redis } from "ioredis";
import { describe } from "vitest";
import { memory } from "../../src/drivers/memory/index.ts";
import { redis } from "../../src/drivers/redis/index.ts";
import { pair } from "../../src/pair/index.ts";
import { storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

const server = await anyRedis();
const client = new Redis(server?.url ?? "redis:", { lazyConnect: true });

/** A pair with Redis as its backend, and before it a memory that all connections of one check share. */
const harness = redisHarness(
  server?.url ?? "",
  (options) => {
    const { client: _, scheme: __, ...rest } = options;
    const inMemory = { ...rest, location: options.namespace, parameters: {} };
    return pair(memory.broker!(inMemory), redis.backend!(options));
  },
  ["inspection", "queue-control", "presence", "connections", "namespaces"],
  client,
);

// They mostly wait for time to pass, so they wait together.
describe.skipIf(server === undefined).concurrent("memory and Redis", () => {
  registerChecks("a memory broker paired with a Redis backend", storeChecks(harness));
});
