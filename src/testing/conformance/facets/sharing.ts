import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, LONG_MS, SHORT_LEASE_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { resolvesWhile } from "../resolves-while.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Several connections to the same data, as several processes have. */
export function sharingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("sharing", harness);
  return [
    check(
      "what one connection accepts another reserves and settles",
      async (opened) => {
        const second = { ...opened, driver: await demanded(opened.second, "harness.second")() };
        const jobs = sampleJobs(3);
        await opened.driver.enqueue(jobs);
        const worker = new SampleWorker(second, { name: "worker-2" });
        const leases = await worker.gather(3);
        assert.deepEqual(
          leases.map(({ id }) => id),
          jobs.map(({ id }) => id),
        );
        assert.deepEqual(await new SampleWorker(opened).reserve(), [], "a job is leased for every connection");
        for (const lease of leases) await worker.end(lease, SUCCEEDED);
        assert.deepEqual(await new SampleWorker(opened).reserve(), []);
      },
      "connections",
    ),

    check(
      "two connections that reserve at once never get one job both",
      async (opened) => {
        const second = { ...opened, driver: await demanded(opened.second, "harness.second")() };
        await opened.driver.enqueue(sampleJobs(100));
        const workers = [opened, second, opened, second, opened, second].map((each) => new SampleWorker(each));
        const leases = (await Promise.all(workers.map((worker) => worker.reserve(30)))).flat();
        assert.equal(new Set(leases.map(({ id }) => id)).size, leases.length, "every job is leased to one holder");
        leases.push(...(await new SampleWorker(second).gather(100 - leases.length)));
        assert.equal(new Set(leases.map(({ id }) => id)).size, 100, "every job is leased to one holder");
      },
      "connections",
    ),

    check(
      "a wait is woken by what another connection accepts",
      async (opened) => {
        const second = await demanded(opened.second, "harness.second")();
        const { signal } = new AbortController();
        const waited = second.wait({ queues: ["main"], tasks: ["known"], maxMs: LONG_MS, signal });
        await opened.advance(STEP_MS);
        await opened.driver.enqueue([sampleJob()]);
        await resolvesWhile(
          opened,
          waited,
          "must not miss a job that was accepted after the call, wherever it came from",
        );
      },
      "connections",
    ),

    check(
      "a wait is woken by what another connection schedules, when it is due",
      async (opened) => {
        const second = await demanded(opened.second, "harness.second")();
        const { signal } = new AbortController();
        const waited = second.wait({ queues: ["main"], tasks: ["known"], maxMs: LONG_MS, signal });
        await opened.advance(STEP_MS);
        await opened.driver.enqueue([sampleJob({ delayMs: DELAY_MS })]);
        await resolvesWhile(
          opened,
          waited,
          "must not miss a job that became due after the call, wherever it came from",
        );
      },
      "connections",
    ),

    check(
      "the lease of a connection that is gone lapses for the others",
      async (opened) => {
        const second = { ...opened, driver: await demanded(opened.second, "harness.second")() };
        await opened.driver.enqueue([sampleJob()]);
        const lost = await new SampleWorker(second, { leaseMs: SHORT_LEASE_MS }).take();
        await second.driver.close();
        const worker = new SampleWorker(opened);
        const lease = await worker.take("jobs in flight stay leased when a connection closes, and lapse");
        assert.equal(lease.crashes, 1);
        assert.ok(
          lease.reservedAt - lost.reservedAt >= SHORT_LEASE_MS,
          "jobs in flight stay leased until their lease ends",
        );
      },
      "connections",
    ),

    check(
      "closing one connection leaves the other alone",
      async (opened) => {
        const second = await demanded(opened.second, "harness.second")();
        await second.close();
        await opened.driver.enqueue([sampleJob()]);
        await new SampleWorker(opened).take();
      },
      "connections",
    ),
  ];
}
