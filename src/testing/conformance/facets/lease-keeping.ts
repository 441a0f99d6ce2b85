import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Drivers that renew leases themselves. */
export function leaseKeepingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("lease keeping", harness);
  return [
    check(
      "a lease is renewed until it is settled",
      async (opened) => {
        const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        await opened.driver.enqueue(sampleJobs(2));
        const leases = await worker.gather(2);
        for (let round = 0; round < 6; round += 1) {
          await opened.advance(Math.ceil(SHORT_LEASE_MS / 2));
          assert.deepEqual(await worker.reserve(), [], "the driver renews every lease it gave to this process");
        }
        for (const lease of leases) await worker.end(lease, SUCCEEDED);
      },
      "lease-keeping",
    ),

    check(
      "an abandoned lease lapses, and no other",
      async (opened) => {
        const keeping = demanded(opened.driver.leaseKeeping, "driver.leaseKeeping");
        const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        await opened.driver.enqueue(sampleJobs(2));
        const [left, kept] = await worker.gather(2);
        assert.ok(left && kept);
        keeping.abandon([left]);
        const again = await worker.take("abandon stops renewing these leases, so that they lapse");
        assert.deepEqual([again.id, again.crashes], [left.id, 1]);
        assert.equal(await worker.extend(kept), "kept", "the other leases are renewed as before");
      },
      "lease-keeping",
    ),

    check(
      "a listener that was stopped is not called",
      async (opened) => {
        const keeping = demanded(opened.driver.leaseKeeping, "driver.leaseKeeping");
        const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        let calls = 0;
        const stop = keeping.onSignal(() => {
          calls += 1;
        });
        stop();
        await opened.driver.enqueue([sampleJob()]);
        await worker.lapse([await worker.take()]);
        await worker.take();
        assert.equal(calls, 0, "onSignal returns how to stop");
      },
      "lease-keeping",
    ),
  ];
}
