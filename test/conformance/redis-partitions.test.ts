import { Redis } from "ioredis";
import { describe } from "vitest";
import { redis } from "../../src/drivers/redis/index.ts";
import { type Check, backendChecks, storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

const server = await anyRedis();
const client = new Redis(server?.url ?? "redis:", { lazyConnect: true });
const url = `${server?.url ?? ""}?partitions=3`;

/**
 * What one partition promises and several do not, of jobs whose ids put them into several: an order between them, and that
 * a batch, or a settlement and its follow-up jobs, are seen at one moment. See docs/redis.md.
 */
const OF_ONE_PARTITION: ReadonlySet<string> = new Set([
  "release: a released job is at its old place",
  "crashes: a lapsed job keeps the place of its acceptance",
  "parking: a parked job takes nothing of a reservation's limit",
  "parking: parked jobs keep their order",
  "follow-ups: follow-up jobs are enqueued with the settlement, in order and as they were given",
  "follow-ups: a follow-up can be reserved in the exchange that settles",
  "follow-ups: a follow-up whose id exists is dropped, and the settlement is applied",
  "follow-ups: follow-ups of several settlements of one exchange are all enqueued",
  "enqueue: the identical call may be repeated",
  "expiry: an expired job holds nobody up",
  "text: a follow-up's body comes back exactly",
  "text: ids of 1 to 128 printable ASCII characters name jobs",
  "batches: 1,000 jobs are enqueued, reserved, extended and settled",
  "batches: a settlement has 1,000 follow-ups",
  "sharing: what one connection accepts another reserves and settles",
  "persistence: jobs, their order and their leases outlive a connection",
  "persistence: jobs that wait are there after reopening, in order",
  "inspection: lists every job once, newest first, page by page",
  "inspection: pages are not upset by jobs that come between them",
  "one step: a batch is there whole or not at all",
  "dead letters: removeDead deletes the failed records that are named, and no others",
  "dead letters: replay leaves alone what is not `failed`",
]);

/** Nor what the checks of one partition have shown already, of which time is the essence. */
const isPromised = ({ facet, name }: Check): boolean =>
  facet !== "order" && facet !== "lease keeping" && !OF_ONE_PARTITION.has(name);

describe.skipIf(server === undefined).concurrent("over three partitions", () => {
  registerChecks(
    "Redis as a store",
    storeChecks(
      redisHarness(
        url,
        (options) => redis.store!(options),
        ["durable", "connections", "namespaces", "inspection", "lease-keeping", "queue-control", "presence"],
        client,
      ),
    ).filter(isPromised),
  );
  registerChecks(
    "Redis as a backend",
    backendChecks(
      redisHarness(
        url,
        (options) => redis.backend!(options),
        ["durable", "connections", "namespaces", "inspection", "presence"],
        client,
      ),
    ).filter(isPromised),
  );
});
