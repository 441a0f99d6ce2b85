import { backendChecks, storeChecks } from "../../src/testing/conformance/index.ts";
import { registerChecks } from "./register-checks.ts";
import { sqliteBackendHarness, sqliteStoreHarness } from "./sqlite-harness.ts";

/*
 * What a thread of its own, or a second connection in another, can change. Every check of every role runs in
 * sqlite-roles.test.ts, without the cost of a thread each.
 */
const THREADED: ReadonlySet<string> = new Set([
  "declaration",
  "enqueue",
  "atomicity",
  "waiting",
  "concurrency",
  "closing",
  "sharing",
  "persistence",
  "lease keeping",
  "queue control",
  "presence",
  "watching",
  "kept records",
  "closing the backend",
]);

const threaded = ({ facet }: { readonly facet: string }): boolean => THREADED.has(facet);

registerChecks("SQLite in threads, as a store", storeChecks(sqliteStoreHarness).filter(threaded));
registerChecks(
  "SQLite in a thread, as a backend",
  backendChecks(sqliteBackendHarness).filter(({ facet }) => facet === "insert" || facet === "saving"),
);
