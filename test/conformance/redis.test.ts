import { describe } from "vitest";
import { redis } from "../../src/drivers/redis/index.ts";
import { storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

const server = await anyRedis();

// They mostly wait for time to pass, so they wait together.
describe.concurrent("on a real server", () => {
  registerChecks(
    "Redis as a store",
    storeChecks(
      redisHarness(server?.url ?? "", (options) => redis.store!(options), [
        "one-step",
        "durable",
        "inspection",
        "lease-keeping",
        "connections",
        "namespaces",
      ]),
    ),
  );
});
