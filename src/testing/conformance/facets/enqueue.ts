import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

/** Accepting jobs: whole, in order, once for each id. */
export function enqueueChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("enqueue", harness);
  return [
    check("what was accepted is handed out as it was given", async (opened) => {
      const job = sampleJob({ priority: 3, task: "known", body: '{"args":["é\\n",1]}' });
      assert.deepEqual(await opened.driver.enqueue([job]), ["accepted"]);
      const { id, task, queue, priority, body } = await new SampleWorker(opened).take();
      assert.deepEqual({ id, task, queue, priority, body }, job, "a driver stores a job as it is");
    }),

    check("outcomes are in the order given", async ({ driver }) => {
      const [a, b, c, d] = [sampleJob(), sampleJob(), sampleJob(), sampleJob()];
      await driver.enqueue([b, d]);
      assert.deepEqual(await driver.enqueue([a, b, c, d]), ["accepted", "exists", "accepted", "exists"]);
    }),

    check("a job whose id waits already is left untouched", async (opened) => {
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const again = { ...job, task: "other", queue: "elsewhere", priority: 9, body: "other" };
      assert.deepEqual(await opened.driver.enqueue([again]), ["exists"]);
      const worker = new SampleWorker(opened, { queues: ["main", "elsewhere"], tasks: ["known", "other"] });
      const lease = await worker.take();
      assert.deepEqual([lease.queue, lease.task, lease.priority, lease.body], ["main", "known", 0, job.body]);
      assert.deepEqual(await worker.reserve(), [], "one id is one job, however often it is sent");
    }),

    check("a job whose id is leased is left untouched", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lease = await worker.take();
      assert.deepEqual(await opened.driver.enqueue([job]), ["exists"]);
      assert.deepEqual(await worker.reserve(), [], "a job that is leased is not handed out because it was sent again");
      assert.equal(await worker.extend(lease), "kept", "sending a leased job again does not touch its lease");
    }),

    check("a job whose id is scheduled or retrying is left untouched", async (opened) => {
      const worker = new SampleWorker(opened);
      const [scheduled, retrying] = [sampleJob({ delayMs: 3_600_000 }), sampleJob()];
      await opened.driver.enqueue([scheduled, retrying]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: 3_600_000 });
      const { delayMs: _, ...now } = scheduled;
      assert.deepEqual(await opened.driver.enqueue([now, retrying]), ["exists", "exists"]);
      assert.deepEqual(await worker.reserve(), [], "sending again does not bring a job forward");
    }),

    check("a job whose id is parked is left untouched", async (opened) => {
      const job = sampleJob({ task: "unknown" });
      await opened.driver.enqueue([job]);
      await new SampleWorker(opened).reserve();
      assert.deepEqual(await opened.driver.enqueue([job]), ["exists"]);
      const knowing = new SampleWorker(opened, { tasks: ["unknown"] });
      await knowing.take();
      assert.deepEqual(await knowing.reserve(), []);
    }),

    check("an id that is twice in a call is one job, the first", async (opened) => {
      const job = sampleJob();
      assert.deepEqual(await opened.driver.enqueue([job, { ...job, body: "second" }]), ["accepted", "exists"]);
      const worker = new SampleWorker(opened);
      assert.equal((await worker.take()).body, job.body);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("of concurrent calls with the same ids, one is accepted for each id", async (opened) => {
      const jobs = sampleJobs(20);
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, index) => opened.driver.enqueue(index % 2 === 0 ? jobs : jobs.toReversed())),
      );
      const accepted = replies.flat().filter((outcome) => outcome === "accepted");
      assert.equal(accepted.length, jobs.length, "each id is accepted exactly once");
      const worker = new SampleWorker(opened);
      await worker.gather(jobs.length);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("the identical call may be repeated", async (opened) => {
      const jobs = sampleJobs(3);
      await opened.driver.enqueue(jobs);
      assert.deepEqual(await opened.driver.enqueue(jobs), ["exists", "exists", "exists"]);
      const leases = await new SampleWorker(opened).gather(3);
      assert.deepEqual(
        leases.map(({ id }) => id),
        jobs.map(({ id }) => id),
      );
    }),

    check("no jobs are no outcomes", async ({ driver }) => {
      assert.deepEqual(await driver.enqueue([]), []);
    }),

    check("fencing tokens start above the one a job brings", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob({ lease: 41 }), sampleJob()]);
      const [above, plain] = await worker.gather(2);
      assert.ok(above && plain);
      assert.ok(above.lease > 41, `fencing tokens of this job start above 41, got ${above.lease}`);
      assert.ok(plain.lease > 0, "fencing tokens start above 0");
      assert.equal(above.attempt, 1, "a token that was brought along is no attempt");
      assert.equal(above.crashes, 0, "a token that was brought along is no crash");
    }),
  ];
}
