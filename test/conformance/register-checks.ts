import { describe, expect, test } from "vitest";
import type { Check } from "../../src/testing/conformance/index.ts";

/** Registers a suite with vitest. */
export function registerChecks(driver: string, checks: readonly Check[]): void {
  describe(`conformance of ${driver}`, () => {
    for (const { name, run, skip } of checks) {
      // oxlint-disable-next-line vitest/valid-title -- a check has a name of its own
      test.skipIf(skip !== undefined)(name, async () => {
        expect(await run()).toBeUndefined();
      });
    }

    test("checks have names of their own", () => {
      expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    });
  });
}
