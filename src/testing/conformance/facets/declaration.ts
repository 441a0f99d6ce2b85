import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";

/** What a driver declares, whichever roles it has. */
interface Declared {
  readonly durable: boolean;
  readonly shared: boolean;
  readonly inspection: boolean;
  readonly leaseKeeping: boolean;
  readonly queueControl: boolean;
  readonly presence: boolean;
}

/** What the driver declares is what the harness offers, so that a check is skipped for nothing else. */
export function declarationChecks<D>(harness: Harness<D>, declared: (driver: D) => Declared): readonly Check[] {
  const check = facet("declaration", harness);
  return [
    check("the harness offers what the driver declares", ({ driver }) => {
      const { durable, shared, inspection, leaseKeeping, queueControl, presence } = declared(driver);
      const { offers } = harness;
      const text = "a check is skipped by declared capability alone";
      assert.equal(offers.includes("durable"), durable, `durable: ${text}`);
      assert.equal(offers.includes("inspection"), inspection, `inspection: ${text}`);
      assert.equal(offers.includes("lease-keeping"), leaseKeeping, `leaseKeeping: ${text}`);
      assert.equal(offers.includes("queue-control"), queueControl, `queueControl: ${text}`);
      assert.equal(offers.includes("presence"), presence, `presence: ${text}`);
      assert.ok(!shared || offers.includes("connections"), "a shared driver is tested with several connections");
      return Promise.resolve();
    }),
  ];
}
