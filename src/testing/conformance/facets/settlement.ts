import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { MARGIN_MS, SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** What becomes of a lease, as far as workers see it. */
export function settlementChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("settlement", harness);
  return [
    ...(["succeeded", "failed", "expired", "cancelled"] as const).map((to) =>
      check(`a job that ${to === "succeeded" ? to : `is ${to}`} is never handed out again`, async (opened) => {
        const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        await opened.driver.enqueue([sampleJob()]);
        await worker.end(await worker.take(), { ...SUCCEEDED, to });
        assert.deepEqual(await worker.reserve(), [], `${to} is final`);
        await opened.advance(SHORT_LEASE_MS + MARGIN_MS);
        assert.deepEqual(await worker.reserve(), [], `${to} is final: its lease is over and cannot lapse`);
      }),
    ),

    check("one exchange settles many in many ways", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(4));
      const [done, failed, released, again] = await worker.gather(4);
      assert.ok(done && failed && released && again);
      const refs = [done, failed, released, again].map(({ id, lease }) => ({ id, lease }));
      const endings = [
        SUCCEEDED,
        { ...SUCCEEDED, to: "failed", error: "{}" },
        RELEASED,
        { to: "retrying", charged: true, delayMs: 0 },
      ] as const;
      const { settled } = await worker.exchange({
        settle: refs.map((ref, index) => ({ ...ref, ...(endings[index] ?? RELEASED) })),
      });
      assert.deepEqual(settled, ["applied", "applied", "applied", "applied"]);
      const leases = await worker.gather(2);
      const attempts = new Map(leases.map(({ id, attempt }) => [id, attempt]));
      assert.deepEqual([attempts.get(released.id), attempts.get(again.id)], [1, 2]);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("settling one job leaves others alone", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(3));
      const [first, second] = await worker.gather(2);
      assert.ok(first && second);
      await worker.end(first, SUCCEEDED);
      assert.equal(await worker.extend(second), "kept");
      await worker.take("a job that waits is not touched by another's settlement");
    }),

    check("the trail of a settlement comes with the next lease", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: 0, trail: "one" });
      const second = await worker.take();
      assert.equal(second.trail, "one", "`trail` replaces what the store holds for the next lease");
      await worker.end(second, { to: "retrying", charged: true, delayMs: 0, trail: "two" });
      assert.equal((await worker.take()).trail, "two", "`trail` replaces what the store holds for the next lease");
    }),

    check("an absent trail leaves the trail unchanged", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: 0, trail: "one" });
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: 0 });
      const third = await worker.take();
      assert.equal(third.trail, "one", "absent: unchanged");
      await worker.end(third, RELEASED);
      assert.equal((await worker.take()).trail, "one", "a release leaves the trail as it is");
    }),

    check("a charged settlement raises the attempt by one, an uncharged one does not", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const attempts: number[] = [];
      for (const charged of [true, false, true, false]) {
        const lease = await worker.take();
        attempts.push(lease.attempt);
        await worker.end(lease, { to: "retrying", charged, delayMs: 0 });
      }
      attempts.push((await worker.take()).attempt);
      assert.deepEqual(attempts, [1, 2, 2, 3, 3], "`attempt` is charged attempts so far, plus one");
    }),
  ];
}
