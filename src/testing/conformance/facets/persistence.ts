import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Accepted means kept, past the end of the process. */
export function persistenceChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("persistence", harness);
  const reopened = async (opened: Opened<Broker>): Promise<Opened<Broker>> => ({
    ...opened,
    driver: await demanded(opened.reopen, "harness.reopen")(),
  });
  return [
    check(
      "jobs that wait are there after reopening, in order",
      async (opened) => {
        const jobs = [...sampleJobs(3), sampleJob({ priority: 5 })];
        await opened.driver.enqueue(jobs);
        const leases = await new SampleWorker(await reopened(opened)).gather(4);
        assert.deepEqual(
          leases.map(({ id, body }) => [id, body]),
          jobs.toSorted((a, b) => b.priority - a.priority).map(({ id, body }) => [id, body]),
          "accepted means kept",
        );
      },
      "durable",
    ),

    check(
      "scheduled and retrying jobs come after reopening, none early",
      async (opened) => {
        const before = new SampleWorker(opened);
        await opened.driver.enqueue([sampleJob()]);
        const first = await before.take();
        await before.end(first, { to: "retrying", charged: true, delayMs: 3 * DELAY_MS, trail: "one" });
        await opened.driver.enqueue([sampleJob({ delayMs: 3 * DELAY_MS })]);
        const leases = await new SampleWorker(await reopened(opened)).gather(2);
        const [retried, scheduled] = leases.toSorted((a, b) => b.attempt - a.attempt);
        assert.ok(retried && scheduled);
        assert.deepEqual([retried.attempt, retried.trail, scheduled.attempt], [2, "one", 1]);
        assert.ok(retried.reservedAt - first.reservedAt >= 3 * DELAY_MS, "a retry is not early after reopening");
        assert.ok(scheduled.reservedAt - scheduled.createdAt >= 3 * DELAY_MS, "a job is not early after reopening");
      },
      "durable",
    ),

    check(
      "jobs in flight stay leased, and their holder may settle them after reopening",
      async (opened) => {
        await opened.driver.enqueue(sampleJobs(1));
        const lease = await new SampleWorker(opened).take();
        const worker = new SampleWorker(await reopened(opened));
        assert.deepEqual(await worker.reserve(), [], "close: jobs in flight stay leased");
        await worker.end(lease, SUCCEEDED);
      },
      "durable",
    ),

    check(
      "tokens, attempts and crashes go on after reopening",
      async (opened) => {
        const before = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        await opened.driver.enqueue([sampleJob()]);
        await before.end(await before.take(), { to: "retrying", charged: true, delayMs: 0 });
        const lost = await before.take();
        await before.lapse([lost]);
        const worker = new SampleWorker(await reopened(opened));
        const lease = await worker.take();
        assert.ok(lease.lease > lost.lease, "the fencing token is never reset");
        assert.deepEqual([lease.attempt, lease.crashes], [2, 1]);
        assert.equal(await worker.settle(lost, SUCCEEDED), "stale");
      },
      "durable",
    ),

    check(
      "parked jobs are there after reopening",
      async (opened) => {
        await opened.driver.enqueue([sampleJob({ task: "unknown" })]);
        await new SampleWorker(opened).reserve();
        const after = await reopened(opened);
        assert.deepEqual(await new SampleWorker(after).reserve(), []);
        await new SampleWorker(after, { tasks: ["unknown"] }).take("a parked job is not lost");
      },
      "durable",
    ),

    check(
      "an id that was accepted before is known after reopening",
      async (opened) => {
        const job = sampleJob();
        await opened.driver.enqueue([job]);
        const after = await reopened(opened);
        assert.deepEqual(await after.driver.enqueue([job]), ["exists"]);
      },
      "durable",
    ),
  ];
}
