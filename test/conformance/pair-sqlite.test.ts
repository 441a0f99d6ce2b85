import { describe, vi } from "vitest";
import type { Store } from "../../src/contracts/index.ts";
import { memory } from "../../src/drivers/memory/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { pair } from "../../src/pair/index.ts";
import { type Harness, storeChecks } from "../../src/testing/conformance/index.ts";
import { extendedByHand } from "./extended-by-hand.ts";
import { registerChecks } from "./register-checks.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

// The store's thread in the test's own: see sqlite-roles.test.ts.
vi.mock("node:worker_threads", async (importOriginal) => {
  const { withInlineThreads } = await import("./inline-thread.ts");
  return withInlineThreads(await importOriginal<object>());
});

/** A pair of SQLite, on a file of its own, and a memory that all connections of one check share. */
const mixedHarness = (sqliteIs: "broker" | "backend"): Harness<Store> =>
  sqliteHarness(
    (options) => {
      const inMemory = { ...options, location: `beside ${options.location}` };
      return sqliteIs === "broker"
        ? pair(extendedByHand(sqlite.broker!(options)), memory.backend!(inMemory))
        : pair(memory.broker!(inMemory), sqlite.backend!(options));
    },
    // Half of such a pair does not outlive its process.
    ["inspection", "queue-control", "presence", "connections", "namespaces"],
  );

// They mostly wait for time to pass, so they wait together.
describe.concurrent("memory and SQLite", () => {
  registerChecks("a memory broker paired with a SQLite backend", storeChecks(mixedHarness("backend")));
  registerChecks("a SQLite broker paired with a memory backend", storeChecks(mixedHarness("broker")));
});
