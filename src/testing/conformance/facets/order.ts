import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { DELAY_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

const FIFO = "within a queue and priority, jobs are reserved in the order of acceptance";

/** Who comes first. */
export function orderChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("order", harness);
  return [
    check("jobs of one call are reserved in the order given", async (opened) => {
      const jobs = sampleJobs(50);
      await opened.driver.enqueue(jobs);
      const leases = await new SampleWorker(opened).gather(50);
      assert.deepEqual(
        leases.map(({ id }) => id),
        jobs.map(({ id }) => id),
        FIFO,
      );
    }),

    check("jobs of several calls are reserved in the order of acceptance", async (opened) => {
      // Ids that sort against the order of acceptance, so that an order by id does not pass for it.
      const jobs = Array.from({ length: 12 }, (_, index) => sampleJob({ id: `order-${String(99 - index)}` }));
      for (const job of jobs) await opened.driver.enqueue([job]);
      const worker = new SampleWorker(opened);
      const ids: string[] = [];
      while (ids.length < jobs.length) ids.push((await worker.take()).id);
      assert.deepEqual(
        ids,
        jobs.map(({ id }) => id),
        FIFO,
      );
    }),

    check("a higher priority is reserved first", async (opened) => {
      const jobs = [0, 9, 5, 9, 1, 5, 0].map((priority) => sampleJob({ priority }));
      for (const job of jobs) await opened.driver.enqueue([job]);
      const leases = await new SampleWorker(opened).gather(jobs.length);
      const wanted = jobs.toSorted((a, b) => b.priority - a.priority);
      assert.deepEqual(
        leases.map(({ id, priority }) => ({ id, priority })),
        wanted.map(({ id, priority }) => ({ id, priority })),
        "higher priority first, then the order of acceptance",
      );
    }),

    check("a job of a higher priority that comes later is next", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(3, { priority: 4 }));
      await worker.take();
      const urgent = sampleJob({ priority: 8 });
      await opened.driver.enqueue([urgent]);
      const [next] = await worker.reserve(1);
      assert.equal(next?.id, urgent.id, "higher priority first");
    }),

    check("at most `limit` leases of each queue", async (opened) => {
      await opened.driver.enqueue([...sampleJobs(5, { queue: "a" }), ...sampleJobs(5, { queue: "b" })]);
      const { leases } = await opened.driver.exchange({
        worker: "worker-1",
        leaseMs: 60_000,
        reserve: {
          queues: [
            { name: "a", limit: 2 },
            { name: "b", limit: 3 },
            { name: "c", limit: 5 },
          ],
          tasks: ["known"],
          leaseMs: 60_000,
          parkMs: 60_000,
        },
      });
      const count = (queue: string): number => leases.filter((lease) => lease.queue === queue).length;
      assert.ok(count("a") <= 2, `at most 2 leases of queue a, got ${count("a")}`);
      assert.ok(count("b") <= 3, `at most 3 leases of queue b, got ${count("b")}`);
      assert.equal(count("a") + count("b"), leases.length, "leases are of the queues that were asked for");
    }),

    check("a limit of 0 is none", async (opened) => {
      await opened.driver.enqueue(sampleJobs(2));
      assert.deepEqual(await new SampleWorker(opened).reserve(0), []);
      await new SampleWorker(opened).gather(2);
    }),

    check("a reservation takes nothing from other queues", async (opened) => {
      await opened.driver.enqueue([sampleJob({ queue: "other" }), sampleJob({ queue: "main2" })]);
      assert.deepEqual(await new SampleWorker(opened).reserve(), []);
    }),

    check("leases come by queue, then priority, then acceptance", async (opened) => {
      const jobs = [0, 1, 0, 1].flatMap((priority) => [
        sampleJob({ queue: "b", priority }),
        sampleJob({ queue: "a", priority }),
      ]);
      await opened.driver.enqueue(jobs);
      const leases = await new SampleWorker(opened, { queues: ["b", "a"] }).reserve(4);
      const runs = leases.filter(({ queue }, index) => queue !== leases[index - 1]?.queue).length;
      assert.ok(runs <= 2, "the leases of one queue are together");
      for (const name of ["a", "b"]) {
        const wanted = jobs.filter(({ queue }) => queue === name).toSorted((a, b) => b.priority - a.priority);
        const got = leases.filter(({ queue }) => queue === name);
        assert.deepEqual(
          got.map(({ id }) => id),
          wanted.slice(0, got.length).map(({ id }) => id),
        );
      }
    }),

    check("a job that came due keeps the place of its acceptance", async (opened) => {
      const early = sampleJob({ delayMs: DELAY_MS });
      const later = sampleJobs(2);
      await opened.driver.enqueue([early]);
      await opened.driver.enqueue(later);
      await opened.advance(DELAY_MS + MARGIN_MS);
      const leases = await new SampleWorker(opened).gather(3);
      assert.deepEqual(
        leases.map(({ id }) => id),
        [early, ...later].map(({ id }) => id),
        FIFO,
      );
    }),
  ];
}
