import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, LONG_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

/** Another attempt, later. */
export function retryChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("retry", harness);
  return [
    check("a retry is reserved after its delay, never early", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const first = await worker.take();
      await opened.advance(DELAY_MS);
      await worker.end(first, { to: "retrying", charged: true, delayMs: DELAY_MS });
      const second = await worker.take("a retrying job whose time has come is queued");
      const gap = second.reservedAt - first.reservedAt;
      assert.ok(gap >= 2 * DELAY_MS, `the delay of ${DELAY_MS} ms counts from the settlement; the gap was ${gap} ms`);
      assert.equal(second.attempt, 2, "a charged settlement raises the attempt by one");
      assert.equal(second.crashes, 0, "a failed attempt is no crash");
      assert.equal(second.createdAt, first.createdAt, "`createdAt` is when the store accepted the job, once");
    }),

    check("a retry in an hour does not come within a moment", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: LONG_MS });
      assert.deepEqual(await worker.reserve(), [], "a retry is not reserved early");
      await opened.advance(DELAY_MS);
      assert.deepEqual(await worker.reserve(), [], "a retry is not reserved early");
    }),

    check("a retry without delay can be reserved at once, even in the same exchange", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const { id, lease } = await worker.take();
      const reply = await worker.exchange({ settle: [{ id, lease, to: "retrying", charged: true, delayMs: 0 }] }, 1);
      assert.deepEqual(reply.settled, ["applied"]);
      assert.equal(reply.leases[0]?.attempt, 2, "due jobs are queued before an exchange reserves");
    }),

    check("a list of delays gives exactly those gaps", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const delays = [DELAY_MS, 3 * STEP_MS + 1, DELAY_MS];
      let last = await worker.take();
      for (const delayMs of delays) {
        await worker.end(last, { to: "retrying", charged: true, delayMs });
        const next = await worker.take();
        assert.ok(next.reservedAt - last.reservedAt >= delayMs, `the gap is at least ${delayMs} ms`);
        last = next;
      }
      assert.equal(last.attempt, delays.length + 1);
    }),

    check("a retry that waits holds nobody up", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ priority: 9 })]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: LONG_MS });
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      assert.equal((await worker.take()).id, job.id);
    }),
  ];
}
