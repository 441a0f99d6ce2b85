import { describe, vi } from "vitest";
import { backendChecks, brokerChecks, storeChecks } from "../../src/testing/conformance/index.ts";
import { registerChecks } from "./register-checks.ts";
import { sqliteBackendHarness, sqliteBrokerHarness, sqliteStoreHarness } from "./sqlite-harness.ts";

/*
 * The same driver with its thread's code in the test's own thread: every check of every role, at a fraction of the cost.
 * sqlite.test.ts asks what a thread of its own can change.
 */
vi.mock("node:worker_threads", async (importOriginal) => {
  const { withInlineThreads } = await import("./inline-thread.ts");
  return withInlineThreads(await importOriginal<object>());
});

// They mostly wait for time to pass, so they wait together.
describe.concurrent("in one thread", () => {
  registerChecks("SQLite as a store", storeChecks(sqliteStoreHarness));
  registerChecks("SQLite as a broker", brokerChecks(sqliteBrokerHarness));
  registerChecks("SQLite as a backend", backendChecks(sqliteBackendHarness));
});
