import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, vi } from "vitest";
import type { DriverOptions, Store } from "../../src/contracts/index.ts";
import { memory } from "../../src/drivers/memory/index.ts";
import { redis } from "../../src/drivers/redis/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { pair } from "../../src/pair/index.ts";
import { type Harness, storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { extendedByHand } from "./extended-by-hand.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

// The store's thread in the test's own: see sqlite-roles.test.ts.
vi.mock("node:worker_threads", async (importOriginal) => {
  const { InlineThread, threadSide } = await import("./inline-thread.ts");
  return {
    ...(await importOriginal<object>()),
    Worker: InlineThread,
    get parentPort() {
      return threadSide()?.parentPort;
    },
    get workerData() {
      return threadSide()?.workerData;
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), "millrace-pair-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const server = await anyRedis();
const client = new Redis(server?.url ?? "redis:", { lazyConnect: true });

/** What a system beside the server is given: a place of its own for each check. */
function beside(options: DriverOptions): DriverOptions {
  const { client: _, scheme: __, ...rest } = options;
  return { ...rest, location: join(folder, `${options.namespace}.db`), parameters: {} };
}

/** A pair with Redis as one half, and as the other what all connections of one check share. */
const pairHarness = (make: (options: DriverOptions) => Store, ...more: Harness<Store>["offers"]): Harness<Store> =>
  redisHarness(
    server?.url ?? "",
    make,
    [...more, "inspection", "queue-control", "presence", "connections", "namespaces"],
    client,
  );

// They mostly wait for time to pass, so they wait together.
describe.skipIf(server === undefined).concurrent("Redis and another system", () => {
  registerChecks(
    "a Redis broker paired with a SQLite backend",
    storeChecks(
      pairHarness(
        (options) => pair(extendedByHand(redis.broker!(options)), sqlite.backend!(beside(options))),
        "durable",
      ),
    ),
  );
  registerChecks(
    "a memory broker paired with a Redis backend",
    storeChecks(pairHarness((options) => pair(memory.broker!(beside(options)), redis.backend!(options)))),
  );
});
