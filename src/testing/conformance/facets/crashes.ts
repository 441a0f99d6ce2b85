import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Holders that were never heard of again. */
export function crashChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("crashes", harness);
  return [
    check("a lapse raises `crashes` by one and charges nothing", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      const job = sampleJob({ priority: 2 });
      await opened.driver.enqueue([job]);
      for (const crashes of [0, 1, 2, 3]) {
        const lease = await worker.take("a job whose lease has lapsed is queued again");
        assert.equal(lease.crashes, crashes, "`crashes` is how many earlier leases of this job lapsed unsettled");
        assert.equal(lease.attempt, 1, "a lapse is not charged as an attempt");
        assert.equal(lease.body, job.body);
        await worker.lapse([lease]);
      }
    }),

    check("`crashes` outlives retries and releases", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      await short.lapse([await short.take()]);
      const second = await long.take();
      assert.equal(second.crashes, 1);
      await long.end(second, { to: "retrying", charged: true, delayMs: 0 });
      const third = await long.take();
      assert.deepEqual([third.crashes, third.attempt], [1, 2], "a retry forgets no crash");
      await long.end(third, RELEASED);
      const fourth = await long.take();
      assert.deepEqual([fourth.crashes, fourth.attempt], [1, 2], "a release forgets no crash");
    }),

    check("a lapse keeps attempts and trail", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: 0, trail: "first" });
      await worker.lapse([await worker.take()]);
      const lease = await worker.take();
      assert.deepEqual([lease.attempt, lease.trail, lease.crashes], [2, "first", 1]);
    }),

    check("a lapse is no neighbour's crash", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue(sampleJobs(3));
      const poison = await short.take();
      const healthy = await long.take();
      await short.lapse([poison]);
      const rest = await long.gather(2);
      assert.deepEqual(
        rest.map(({ id, crashes }) => ({ id, crashes })).filter(({ crashes }) => crashes > 0),
        [{ id: poison.id, crashes: 1 }],
        "only the job whose lease lapsed is told of a crash",
      );
      await long.end(healthy, SUCCEEDED);
    }),

    check("a lapsed job keeps the place of its acceptance", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      const jobs = sampleJobs(3);
      await opened.driver.enqueue(jobs);
      await short.lapse([await short.take()]);
      const leases = await long.gather(3);
      assert.deepEqual(
        leases.map(({ id }) => id),
        jobs.map(({ id }) => id),
        "within a queue and priority, jobs are reserved in the order of acceptance",
      );
    }),

    check("many leases lapse together, each once", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue(sampleJobs(100));
      await short.lapse(await short.gather(100));
      const leases = await long.gather(100);
      assert.equal(new Set(leases.map(({ id }) => id)).size, 100);
      assert.ok(leases.every(({ crashes }) => crashes === 1));
      assert.deepEqual(await long.reserve(), []);
    }),

    check("the first to return after a lapse is not heard, the next holder is", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lost = await short.take();
      await short.lapse([lost]);
      const held = await long.take();
      assert.equal(await short.settle(lost, SUCCEEDED), "stale");
      await long.end(held, SUCCEEDED);
    }),
  ];
}
