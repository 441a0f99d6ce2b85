import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { backendChecks, type Check, storeChecks } from "../../src/testing/conformance/index.ts";
import { altered } from "./broken/altered.ts";
import { BROKEN_BACKENDS } from "./broken/broken-backends.ts";
import { BROKEN_CARRIAGE } from "./broken/broken-carriage.ts";
import { BROKEN_EXTRAS } from "./broken/broken-extras.ts";
import { BROKEN_RECORDS } from "./broken/broken-records.ts";
import type { BrokenStore } from "./broken/broken-store.ts";
import { memoryHarness } from "./memory-harness.ts";
import { registerChecks } from "./register-checks.ts";

/** The checks of one facet that a broken store does not pass. */
async function failing(checks: readonly Check[], facet: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const check of checks.filter((each) => each.facet === facet && each.skip === undefined)) {
    await check.run().catch((error: unknown) => {
      assert.ok(error instanceof assert.AssertionError, `${check.name} failed without a sentence: ${String(error)}`);
      names.push(check.name);
    });
  }
  return names;
}

function register(broken: readonly BrokenStore[], suite: typeof storeChecks): void {
  for (const { what, caughtBy, change } of broken) {
    test(`one that ${what} is caught`, async () => {
      const harness = memoryHarness((options) => altered(options, (store) => change(store, options)));
      const facet = caughtBy.slice(0, caughtBy.indexOf(":"));
      expect(await failing(suite(harness), facet)).toContain(caughtBy);
    });
  }
}

registerChecks(
  "a store that is altered in nothing",
  storeChecks(memoryHarness((options) => altered(options, () => ({})))),
);

describe("broken stores", () => {
  register(BROKEN_CARRIAGE, storeChecks);
  register(BROKEN_RECORDS, storeChecks);
  register(BROKEN_EXTRAS, storeChecks);
});

describe("broken backends", () => {
  register(BROKEN_BACKENDS, backendChecks);
});

test("a harness that offers less than its driver declares is caught", async () => {
  const whole = memoryHarness();
  const silent = { ...whole, offers: whole.offers.filter((offer) => offer !== "inspection") };
  expect(await failing(storeChecks(silent), "declaration")).toHaveLength(1);
});
