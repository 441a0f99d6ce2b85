import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker } from "../sample-worker.ts";

/** A job given back unrun. */
export function releaseChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("release", harness);
  return [
    check("a released job can be reserved at once, uncharged", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const first = await worker.take();
      await worker.end(first, RELEASED);
      const second = await worker.take("a released job is given back, not lost");
      assert.equal(second.id, first.id);
      assert.equal(second.attempt, 1, "a release is not an attempt");
      assert.equal(second.crashes, 0, "a release is not a crash");
      assert.ok(second.lease > first.lease, "the token is raised by every reservation");
    }),

    check("a released job is at its old place", async (opened) => {
      const worker = new SampleWorker(opened);
      const jobs = sampleJobs(5);
      await opened.driver.enqueue(jobs);
      const [first, second] = await worker.gather(2);
      assert.ok(first && second);
      await worker.end(second, RELEASED);
      await worker.end(first, RELEASED);
      const leases = await worker.gather(5);
      assert.deepEqual(
        leases.map(({ id }) => id),
        jobs.map(({ id }) => id),
        "give it back, at its old place in the queue",
      );
    }),

    check("a release can be charged", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { ...RELEASED, charged: true });
      assert.equal((await worker.take()).attempt, 2, "a charged settlement raises the attempt by one");
    }),

    check("a released lease does not lapse later", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await worker.end(lease, RELEASED);
      await worker.lapse([lease]);
      const again = await worker.take();
      assert.equal(again.crashes, 0, "a lease that was released cannot lapse");
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("many releases never charge", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      for (let round = 0; round < 20; round += 1) {
        const lease = await worker.take();
        assert.equal(lease.attempt, 1, "a release is not an attempt");
        await worker.end(lease, RELEASED);
      }
    }),
  ];
}
