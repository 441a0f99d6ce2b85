import { Redis } from "ioredis";
import { describe } from "vitest";
import { redis } from "../../src/drivers/redis/index.ts";
import { type Check, backendChecks, brokerChecks, storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

const server = await anyRedis();
const url = server?.url ?? "redis:";
/** A client of the user's own: nothing is asked of it, others are made like it. */
const client = new Redis(url, { lazyConnect: true });
const shared = ["durable", "connections", "namespaces"] as const;
const storeOffers = [...shared, "one-step", "inspection", "lease-keeping", "queue-control", "presence"] as const;

/** A lease of the suite is short, and this thread busy with other checks: what renews is looked at in its own thread. */
const here = ({ facet }: Check): boolean => facet !== "lease keeping";

/** What the thread that renews leases can change. */
const THREADED: ReadonlySet<string> = new Set([
  "declaration",
  "leases",
  "lease keeping",
  "crashes",
  "closing",
  "sharing",
]);

// They mostly wait for time to pass, so they wait together.
describe.skipIf(server === undefined).concurrent("on one server", () => {
  registerChecks(
    "Redis as a store",
    storeChecks(redisHarness(url, (options) => redis.store!(options), storeOffers, client)).filter(here),
  );
  registerChecks(
    "Redis as a broker",
    brokerChecks(
      redisHarness(
        url,
        (options) => redis.broker!(options),
        [...shared, "lease-keeping", "queue-control", "presence"],
        client,
      ),
    ),
  );
  registerChecks(
    "Redis as a backend",
    backendChecks(
      redisHarness(url, (options) => redis.backend!(options), [...shared, "inspection", "presence"], client),
    ),
  );
  registerChecks(
    "Redis as a store, with leases kept in a thread",
    storeChecks(redisHarness(url, (options) => redis.store!(options), storeOffers)).filter(({ facet }) =>
      THREADED.has(facet),
    ),
  );
});
