import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Jobs that a settlement enqueues. */
export function followUpChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("follow-ups", harness);
  return [
    check("follow-up jobs are enqueued with the settlement, in order and as they were given", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const follow = sampleJobs(3, { queue: "next", priority: 5, body: "follow-up" });
      await worker.end(await worker.take(), { ...SUCCEEDED, follow });
      const leases = await new SampleWorker(opened, { queues: ["next"] }).gather(3, "follow-up jobs are enqueued");
      assert.deepEqual(
        leases.map(({ id, task, queue, priority, body }) => ({ id, task, queue, priority, body })),
        follow,
      );
      assert.ok(
        leases.every(({ attempt, crashes }) => attempt === 1 && crashes === 0),
        "a follow-up is a job of its own",
      );
    }),

    check("a follow-up can be reserved in the exchange that settles", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const { id, lease } = await worker.take();
      const next = sampleJob();
      const { leases } = await worker.exchange({ settle: [{ id, lease, ...SUCCEEDED, follow: [next] }] }, 1);
      assert.equal(leases[0]?.id, next.id, "an exchange settles, then reserves");
    }),

    check("a follow-up whose id exists is dropped, and the settlement is applied", async (opened) => {
      const worker = new SampleWorker(opened);
      const waiting = sampleJob({ queue: "next" });
      await opened.driver.enqueue([sampleJob(), waiting]);
      const fresh = sampleJob({ queue: "next" });
      const follow = [{ ...waiting, body: "other", priority: 9 }, fresh];
      await worker.end(await worker.take(), { ...SUCCEEDED, follow });
      const next = new SampleWorker(opened, { queues: ["next"] });
      const leases = await next.gather(2);
      assert.deepEqual(
        leases.map(({ id, body }) => [id, body]),
        [waiting, fresh].map(({ id, body }) => [id, body]),
      );
      assert.deepEqual(await next.reserve(), [], "one id is one job");
    }),

    check("a stale settlement enqueues nothing", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lost = await short.take();
      await short.lapse([lost]);
      await long.take();
      assert.equal(await short.settle(lost, { ...SUCCEEDED, follow: sampleJobs(2) }), "stale");
      assert.deepEqual(await long.reserve(), [], "a settlement is applied whole or not at all");
    }),

    check("a repeated settlement enqueues its follow-ups once", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      const ending = { ...SUCCEEDED, follow: sampleJobs(1) };
      await worker.end(lease, ending);
      await worker.settle(lease, ending);
      await worker.take();
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("a follow-up may be delayed, never early", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { ...SUCCEEDED, follow: [sampleJob({ delayMs: DELAY_MS })] });
      const lease = await worker.take();
      assert.ok(lease.reservedAt - lease.createdAt >= DELAY_MS, "a delayed follow-up is not reserved early");
    }),

    ...(["failed", "expired", "cancelled", "retrying", "queued"] as const).map((to) =>
      check(`a settlement to ${to} has follow-ups too`, async (opened) => {
        const worker = new SampleWorker(opened);
        await opened.driver.enqueue([sampleJob()]);
        const ending = to === "queued" ? RELEASED : { ...SUCCEEDED, to, delayMs: 3_600_000 };
        const follow = sampleJob({ queue: "next" });
        await worker.end(await worker.take(), { ...ending, follow: [follow] });
        assert.equal((await new SampleWorker(opened, { queues: ["next"] }).take()).id, follow.id);
      }),
    ),

    check("follow-ups of several settlements of one exchange are all enqueued", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(3));
      const leases = await worker.gather(3);
      const { settled } = await worker.exchange({
        settle: leases.map(({ id, lease }) => ({ id, lease, ...SUCCEEDED, follow: [sampleJob({ id: `${id}:end` })] })),
      });
      assert.deepEqual(settled, ["applied", "applied", "applied"]);
      const next = await worker.gather(3);
      assert.deepEqual(
        next.map(({ id }) => id),
        leases.map(({ id }) => `${id}:end`),
      );
    }),
  ];
}
