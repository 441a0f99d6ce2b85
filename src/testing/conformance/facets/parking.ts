import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import type { ExchangeReply } from "../../../contracts/exchange.ts";
import { DELAY_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { eventually } from "../eventually.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Jobs of tasks that a worker does not know. */
export function parkingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("parking", harness);
  return [
    check("a job of an unknown task is parked and not returned", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ task: "unknown" })]);
      const reply = await worker.exchange({}, 10);
      assert.deepEqual(reply.leases, [], "a job of a task that the worker does not know is never returned");
      assert.deepEqual(reply.parked, [{ queue: "main", task: "unknown", count: 1 }]);
      assert.deepEqual((await worker.exchange({}, 10)).leases, []);
    }),

    check("each job that is parked is told once, by queue and task", async (opened) => {
      const worker = new SampleWorker(opened, { queues: ["main", "side"] });
      await opened.driver.enqueue([
        ...sampleJobs(2, { task: "x" }),
        sampleJob({ task: "y" }),
        ...sampleJobs(3, { task: "x", queue: "side" }),
      ]);
      const told = new Map<string, number>();
      const add = ({ parked }: ExchangeReply): void => {
        const places = parked.map(({ queue, task }) => `${queue}/${task}`);
        assert.equal(new Set(places).size, places.length, "parked jobs are counted by queue and task");
        for (const { queue, task, count } of parked) {
          told.set(`${queue}/${task}`, (told.get(`${queue}/${task}`) ?? 0) + count);
        }
      };
      await eventually(opened, "every job that is parked is told", async () => {
        add(await worker.exchange({}, 10));
        return [...told.values()].reduce((sum, count) => sum + count, 0) >= 6 ? true : undefined;
      });
      for (let round = 0; round < 3; round += 1) add(await worker.exchange({}, 10));
      assert.deepEqual(
        Object.fromEntries(told),
        { "main/x": 2, "main/y": 1, "side/x": 3 },
        "parked: by this reservation",
      );
    }),

    check("parked jobs block nobody", async (opened) => {
      const worker = new SampleWorker(opened);
      const known = sampleJob();
      await opened.driver.enqueue([...sampleJobs(100, { task: "unknown", priority: 9 }), known]);
      const lease = await worker.take("a job behind parked jobs is reserved");
      assert.equal(lease.id, known.id);
    }),

    check("a parked job takes nothing of a reservation's limit", async (opened) => {
      const known = sampleJobs(2);
      await opened.driver.enqueue([sampleJob({ task: "x" }), ...known, sampleJob({ task: "y" })]);
      const leases = await new SampleWorker(opened).gather(2);
      assert.deepEqual(
        leases.map(({ id }) => id),
        known.map(({ id }) => id),
      );
    }),

    check("a worker that knows the task gets the parked job, uncharged and without a verdict", async (opened) => {
      const job = sampleJob({ task: "unknown", priority: 4 });
      await opened.driver.enqueue([job]);
      await new SampleWorker(opened).reserve();
      const lease = await new SampleWorker(opened, { tasks: ["known", "unknown"] }).take(
        "a parked job goes to a worker that knows its task",
      );
      assert.deepEqual([lease.id, lease.attempt, lease.crashes, lease.verdict], [job.id, 1, 0, undefined]);
      assert.deepEqual([lease.body, lease.priority], [job.body, 4], "parking changes nothing about a job");
    }),

    check("parked jobs keep their order", async (opened) => {
      const jobs = [1, 0, 5, 0].map((priority) => sampleJob({ task: "unknown", priority }));
      await opened.driver.enqueue(jobs);
      await new SampleWorker(opened).reserve();
      const late = sampleJob({ task: "unknown", priority: 0 });
      await opened.driver.enqueue([late]);
      const leases = await new SampleWorker(opened, { tasks: ["unknown"] }).gather(5);
      assert.deepEqual(
        leases.map(({ id }) => id),
        [...jobs.toSorted((a, b) => b.priority - a.priority), late].map(({ id }) => id),
        "within a queue and priority, jobs are reserved in the order of acceptance",
      );
    }),

    check("an unparked job lives as any other", async (opened) => {
      await opened.driver.enqueue(sampleJobs(2, { task: "unknown" }));
      const ignorant = new SampleWorker(opened);
      await ignorant.reserve();
      const knowing = new SampleWorker(opened, { tasks: ["unknown"] });
      const [first, second] = await knowing.gather(2);
      assert.ok(first && second);
      await knowing.end(first, SUCCEEDED);
      await knowing.end(second, { to: "retrying", charged: true, delayMs: 0 });
      assert.deepEqual(await ignorant.reserve(), []);
      assert.deepEqual([(await knowing.take()).id, await knowing.reserve()], [second.id, []]);
    }),

    check(
      "a job that nobody knew for `parkMs` is returned with the verdict `unknown-task`, never early",
      async (opened) => {
        const worker = new SampleWorker(opened, { parkMs: DELAY_MS });
        await opened.driver.enqueue([sampleJob({ task: "unknown" })]);
        const lease = await worker.take("a job that was parked for `parkMs` is returned with its verdict");
        assert.equal(lease.verdict, "unknown-task");
        assert.equal(lease.task, "unknown");
        assert.ok(lease.reservedAt - lease.createdAt >= DELAY_MS, "a parked job waits for `parkMs`");
        await worker.end(lease, { ...SUCCEEDED, to: "failed", charged: false, error: "{}" });
        await opened.advance(MARGIN_MS);
        assert.deepEqual(await worker.reserve(), []);
      },
    ),

    check("a job is not given up while `parkMs` lasts", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob({ task: "unknown" })]);
      await worker.reserve();
      await opened.advance(DELAY_MS);
      assert.deepEqual(await worker.reserve(), [], "a parked job waits for `parkMs`");
    }),

    check("only jobs of unknown tasks are parked", async (opened) => {
      await opened.driver.enqueue([...sampleJobs(5), ...sampleJobs(2, { delayMs: 3_600_000, task: "unknown" })]);
      const { parked } = await new SampleWorker(opened).exchange({}, 3);
      assert.deepEqual(parked, [], "jobs of known tasks, and those that are not due, are not parked");
    }),
  ];
}
