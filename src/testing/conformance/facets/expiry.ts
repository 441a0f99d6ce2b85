import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS, SHORT_LEASE_MS } from "../bounds.ts";
import { brokerNow } from "../broker-now.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

const VERDICT = "a job whose `expireAt` is past by the store's clock is reserved with the verdict `expired`";

/** Jobs that must have started by then. */
export function expiryChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("expiry", harness);
  return [
    check("a job whose `expireAt` is past comes with the verdict `expired`", async (opened) => {
      const worker = new SampleWorker(opened);
      const expireAt = (await brokerNow(opened)) + DELAY_MS;
      await opened.driver.enqueue([sampleJob({ expireAt })]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      const lease = await worker.take(VERDICT);
      assert.equal(lease.verdict, "expired", VERDICT);
      assert.equal(lease.expireAt, expireAt, "`expireAt` is taken as given");
      await worker.end(lease, { ...SUCCEEDED, to: "expired", charged: false });
      assert.deepEqual(await worker.reserve(), [], "expired is final");
    }),

    check("a job that is not past its `expireAt` has no verdict", async (opened) => {
      const expireAt = (await brokerNow(opened)) + LONG_MS;
      await opened.driver.enqueue([sampleJob({ expireAt })]);
      const lease = await new SampleWorker(opened).take();
      assert.deepEqual([lease.verdict, lease.expireAt], [undefined, expireAt]);
    }),

    check("`expireAfterMs` counts from acceptance, by the store's clock", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ expireAfterMs: LONG_MS })]);
      const alive = await worker.take();
      assert.deepEqual([alive.verdict, alive.expireAt], [undefined, alive.createdAt + LONG_MS]);
      await opened.driver.enqueue([sampleJob({ expireAfterMs: DELAY_MS })]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      const expired = await worker.take(VERDICT);
      assert.deepEqual([expired.verdict, expired.expireAt], ["expired", expired.createdAt + DELAY_MS], VERDICT);
    }),

    check("a job that has started may go on past its expiry", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ expireAfterMs: DELAY_MS })]);
      const lease = await worker.take();
      if (lease.verdict === "expired") return; // The system was slower than the expiry: there is nothing to see.
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal(await worker.extend(lease), "kept", "the job must have started by then, not ended");
      await worker.end(lease, SUCCEEDED);
    }),

    check("an attempt that would start again past the expiry has the verdict", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ expireAfterMs: DELAY_MS })]);
      const first = await worker.take();
      await worker.end(first, { to: "retrying", charged: true, delayMs: DELAY_MS + MARGIN_MS });
      const second = await worker.take(VERDICT);
      assert.equal(second.verdict, "expired", VERDICT);
      assert.equal(second.attempt, 2);
    }),

    check("a job that crashed past its expiry has the verdict", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob({ expireAfterMs: DELAY_MS })]);
      await worker.lapse([await worker.take()]);
      const second = await worker.take(VERDICT);
      assert.deepEqual([second.verdict, second.crashes], ["expired", 1], VERDICT);
    }),

    check("an expired job holds nobody up", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ expireAt: 1, priority: 9 }), sampleJob()]);
      const leases = await worker.gather(2);
      assert.deepEqual(
        leases.map(({ verdict }) => verdict),
        ["expired", undefined],
      );
    }),
  ];
}
