import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS, STEP_MS } from "../bounds.ts";
import { brokerNow } from "../broker-now.ts";
import type { Check } from "../check.ts";
import { eventually } from "../eventually.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

/** Jobs that wait for their time. */
export function schedulingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("scheduling", harness);
  return [
    check("a delayed job is reserved when its delay is over, never early", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ delayMs: DELAY_MS })]);
      const lease = await worker.take("a scheduled job whose time has come is queued");
      const waited = lease.reservedAt - lease.createdAt;
      assert.ok(
        waited >= DELAY_MS,
        `earliest start is ${DELAY_MS} ms from acceptance; it was reserved after ${waited} ms`,
      );
      assert.equal(lease.attempt, 1, "waiting for its time is no attempt");
      assert.equal(lease.crashes, 0, "waiting for its time is no crash");
    }),

    check("a job delayed by an hour does not come within a moment", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(3, { delayMs: LONG_MS }));
      assert.deepEqual(await worker.reserve(), [], "a delayed job is not reserved early");
      await opened.advance(DELAY_MS);
      assert.deepEqual(await worker.reserve(), [], "a delayed job is not reserved early");
    }),

    check("`runAt` is the earliest start, never early", async (opened) => {
      const worker = new SampleWorker(opened);
      const runAt = (await brokerNow(opened)) + DELAY_MS;
      await opened.driver.enqueue([sampleJob({ runAt })]);
      const lease = await worker.take("a job with `runAt` is queued when that instant has come");
      assert.ok(lease.reservedAt >= runAt, `reserved ${runAt - lease.reservedAt} ms before its \`runAt\``);
    }),

    check("a `runAt` that is not later than now is queued at once", async (opened) => {
      const worker = new SampleWorker(opened);
      const now = await brokerNow(opened);
      await opened.driver.enqueue([sampleJob({ runAt: 0 }), sampleJob({ runAt: now - 1 }), sampleJob({ runAt: now })]);
      assert.equal(
        (await worker.reserve()).length,
        3,
        "`runAt` not later than the store's now: the job is queued at once",
      );
    }),

    check("a delay of 0 is none", async (opened) => {
      await opened.driver.enqueue([sampleJob({ delayMs: 0 })]);
      assert.equal((await new SampleWorker(opened).reserve()).length, 1);
    }),

    check("a due job is not held up by many that are due later", async (opened) => {
      await opened.driver.enqueue(sampleJobs(500, { delayMs: LONG_MS, priority: 9 }));
      const soon = sampleJob({ delayMs: DELAY_MS });
      await opened.driver.enqueue([soon]);
      const worker = new SampleWorker(opened);
      assert.equal((await worker.take("a due job is not held up by later ones")).id, soon.id);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("a due job is not held up by another of a higher priority that is not due", async (opened) => {
      const now = sampleJob({ priority: 0 });
      await opened.driver.enqueue([sampleJob({ priority: 9, delayMs: LONG_MS }), now]);
      const [lease] = await new SampleWorker(opened).reserve(1);
      assert.equal(lease?.id, now.id);
    }),

    check("jobs due at different times come one after another", async (opened) => {
      const worker = new SampleWorker(opened);
      const jobs = [2, 0, 1].map((place) => sampleJob({ delayMs: DELAY_MS + place * 3 * STEP_MS }));
      await opened.driver.enqueue(jobs);
      const ids: string[] = [];
      await eventually(opened, "every scheduled job is queued when its time has come", async () => {
        ids.push(...(await worker.reserve()).map(({ id }) => id));
        return ids.length === 3 ? true : undefined;
      });
      assert.deepEqual(ids.toSorted(), jobs.map(({ id }) => id).toSorted());
    }),

    check("a due job is reserved once", async (opened) => {
      await opened.driver.enqueue(sampleJobs(5, { delayMs: DELAY_MS }));
      await opened.advance(DELAY_MS + MARGIN_MS);
      const worker = new SampleWorker(opened);
      const leases = await worker.gather(5);
      assert.equal(new Set(leases.map(({ id }) => id)).size, 5);
      assert.deepEqual(await worker.reserve(), [], "a job that came due is queued once");
    }),
  ];
}
