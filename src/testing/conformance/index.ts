/*
 * testing/conformance: the sentences of the contracts as checks that any test runner can register:
 *
 *   for (const check of storeChecks(harness)) test.skipIf(check.skip !== undefined)(check.name, check.run);
 *
 * Here: the three suites, and what they need to know of a driver. Not here: a test runner, and
 * `store-model.ts`, which tests import from its own file because it needs fast-check.
 */
export { backendChecks } from "./backend-checks.ts";
export { brokerChecks } from "./broker-checks.ts";
export type { Check } from "./check.ts";
export type { Harness, Offer, Opened } from "./harness.ts";
export { storeChecks } from "./store-checks.ts";
