import { describe, vi } from "vitest";
import type { Store } from "../../src/contracts/index.ts";
import { memory } from "../../src/drivers/memory/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { pair } from "../../src/pair/index.ts";
import { type Harness, storeChecks } from "../../src/testing/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";
import { registerChecks } from "./register-checks.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

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

/** Broker and backend of two memories: what holds for a store must hold for the pair. */
const memories = memoryHarness((options) =>
  pair(
    memory.broker!({ ...options, location: `${options.location}-broker` }),
    memory.backend!({ ...options, location: `${options.location}-backend` }),
  ),
);

const harness = { ...memories, offers: memories.offers.filter((offer) => offer !== "one-step") };

registerChecks("a memory broker paired with a memory backend", storeChecks(harness));

/** A pair of SQLite, on a file of its own, and a memory that all connections of one check share. */
const mixedHarness = (sqliteIs: "broker" | "backend"): Harness<Store> =>
  sqliteHarness(
    (options) => {
      const inMemory = { ...options, location: `beside ${options.location}` };
      return sqliteIs === "broker"
        ? pair(sqlite.broker!(options), memory.backend!(inMemory))
        : pair(memory.broker!(inMemory), sqlite.backend!(options));
    },
    // Half of such a pair does not outlive its process.
    ["inspection", "connections", "namespaces", ...(sqliteIs === "broker" ? (["lease-keeping"] as const) : [])],
  );

// They mostly wait for time to pass, so they wait together.
describe.concurrent("memory and SQLite", () => {
  registerChecks("a memory broker paired with a SQLite backend", storeChecks(mixedHarness("backend")));
  registerChecks("a SQLite broker paired with a memory backend", storeChecks(mixedHarness("broker")));
});
