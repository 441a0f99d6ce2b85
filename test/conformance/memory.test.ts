import { describe, expect, test } from "vitest";
import {
  backendChecks,
  brokerChecks,
  type Check,
  type Harness,
  storeChecks,
} from "../../src/testing/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";

const harness = memoryHarness();

function register(suite: string, checks: readonly Check[]): void {
  describe(suite, () => {
    for (const check of checks) test.skipIf(check.skip !== undefined)(check.name, check.run);
    test("checks have names of their own", () => {
      expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    });
  });
}

/** The same without the offers that another role makes. */
function without<D>(given: Harness<D>, offer: string): Harness<D> {
  return { ...given, offers: given.offers.filter((each) => each !== offer) };
}

register("memory as a store", storeChecks(harness));
register("memory as a broker", brokerChecks(without(harness, "inspection")));
register("memory as a backend", backendChecks(harness));
