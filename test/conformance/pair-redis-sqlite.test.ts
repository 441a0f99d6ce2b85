import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, vi } from "vitest";
import { redis } from "../../src/drivers/redis/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { pair } from "../../src/pair/index.ts";
import { storeChecks } from "../../src/testing/conformance/index.ts";
import { anyRedis } from "../servers/index.ts";
import { extendedByHand } from "./extended-by-hand.ts";
import { redisHarness } from "./redis-harness.ts";
import { registerChecks } from "./register-checks.ts";

// The store's thread in the test's own: see sqlite-roles.test.ts.
vi.mock("node:worker_threads", async (importOriginal) => {
  const { withInlineThreads } = await import("./inline-thread.ts");
  return withInlineThreads(await importOriginal<object>());
});

const folder = mkdtempSync(join(tmpdir(), "millrace-pair-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const server = await anyRedis();
const client = new Redis(server?.url ?? "redis:", { lazyConnect: true });

/** A pair with Redis as its broker, and a file of its own for each check behind it. */
const harness = redisHarness(
  server?.url ?? "",
  (options) => {
    const { client: _, scheme: __, ...rest } = options;
    const onFile = { ...rest, location: join(folder, `${options.namespace}.db`), parameters: {} };
    return pair(extendedByHand(redis.broker!(options)), sqlite.backend!(onFile));
  },
  ["durable", "inspection", "queue-control", "presence", "connections", "namespaces"],
  client,
);

// They mostly wait for time to pass, so they wait together.
describe.skipIf(server === undefined).concurrent("Redis and SQLite", () => {
  registerChecks("a Redis broker paired with a SQLite backend", storeChecks(harness));
});
