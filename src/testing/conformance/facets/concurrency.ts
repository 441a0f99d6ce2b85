import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Offer } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** All methods may be called concurrently. */
export function concurrencyChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("concurrency", harness);
  return [
    check("20 concurrent exchanges never give one job twice", async (opened) => {
      await opened.driver.enqueue(sampleJobs(100));
      const workers = Array.from({ length: 20 }, (_, index) => new SampleWorker(opened, { name: `worker-${index}` }));
      const leases = (await Promise.all(workers.map((worker) => worker.reserve(7)))).flat();
      assert.equal(new Set(leases.map(({ id }) => id)).size, leases.length, "every job is leased to one holder");
      leases.push(...(await new SampleWorker(opened).gather(100 - leases.length)));
      assert.equal(new Set(leases.map(({ id }) => id)).size, 100, "every job is leased to one holder");
    }),

    check("20 workers that settle and reserve run each job once", async (opened) => {
      await opened.driver.enqueue(sampleJobs(200));
      const runs = new Map<string, number>();
      const work = async (name: string): Promise<void> => {
        const worker = new SampleWorker(opened, { name });
        let held = await worker.reserve(5);
        while (held.length > 0) {
          for (const { id } of held) runs.set(id, (runs.get(id) ?? 0) + 1);
          const settle = held.map(({ id, lease }) => ({ id, lease, ...SUCCEEDED }));
          const reply = await worker.exchange({ settle }, 5);
          assert.ok(reply.settled.every((outcome) => outcome === "applied"));
          held = reply.leases;
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, index) => work(`worker-${index}`)));
      while (runs.size < 200) {
        const lease = await new SampleWorker(opened).take();
        runs.set(lease.id, (runs.get(lease.id) ?? 0) + 1);
      }
      assert.ok(
        [...runs.values()].every((count) => count === 1),
        "every job is leased to one holder",
      );
    }),

    check("of concurrent settlements of one lease, one ending is applied", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      const endings = [SUCCEEDED, RELEASED, { to: "retrying", charged: true, delayMs: 3_600_000 } as const];
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => worker.settle(lease, endings[index % 3] ?? SUCCEEDED)),
      );
      assert.ok(outcomes.every((outcome) => outcome !== "cancelled"));
      // Two systems may take the identical settlement for a repetition of the first; another ending they must not take.
      const applied = outcomes.flatMap((outcome, index) => (outcome === "applied" ? [index] : []));
      assert.equal(new Set(applied.map((index) => index % 3)).size, 1, "one ending is applied, the rest are stale");
      if (harness.offers.includes("one-step" satisfies Offer))
        assert.equal(applied.length, 1, "exactly one is applied");
    }),

    check("nothing is lost or doubled while some send and some reserve", async (opened) => {
      const seen: string[] = [];
      const sent: string[] = [];
      const send = async (): Promise<void> => {
        for (let round = 0; round < 10; round += 1) {
          const jobs = sampleJobs(5);
          sent.push(...jobs.map(({ id }) => id));
          await opened.driver.enqueue(jobs);
        }
      };
      const receive = async (name: string): Promise<void> => {
        const worker = new SampleWorker(opened, { name });
        for (let round = 0; round < 15; round += 1) seen.push(...(await worker.reserve(3)).map(({ id }) => id));
      };
      await Promise.all([send(), send(), send(), ...["a", "b", "c", "d"].map(receive)]);
      seen.push(...(await new SampleWorker(opened).gather(sent.length - seen.length)).map(({ id }) => id));
      assert.deepEqual(seen.toSorted(), sent.toSorted());
    }),
  ];
}
