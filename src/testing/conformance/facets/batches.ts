import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** As many entries in a call as the contract allows. */
export function batchChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("batches", harness);
  return [
    check("1,000 jobs are enqueued, reserved, extended and settled", async (opened) => {
      const worker = new SampleWorker(opened);
      const jobs = sampleJobs(1000);
      const outcomes = await opened.driver.enqueue(jobs);
      assert.equal(outcomes.length, 1000);
      assert.ok(outcomes.every((outcome) => outcome === "accepted"));
      const leases = await worker.gather(1000);
      assert.deepEqual(
        leases.map(({ id }) => id),
        jobs.map(({ id }) => id),
      );
      const refs = leases.map(({ id, lease }) => ({ id, lease }));
      const { extended } = await worker.exchange({ extend: refs });
      assert.ok(extended.length === 1000 && extended.every((outcome) => outcome === "kept"));
      const { settled } = await worker.exchange({ settle: refs.map((ref) => ({ ...ref, ...SUCCEEDED })) });
      assert.ok(settled.length === 1000 && settled.every((outcome) => outcome === "applied"));
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("one exchange settles 500, extends 500 and reserves 1,000", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(1000));
      const refs = (await worker.gather(1000)).map(({ id, lease }) => ({ id, lease }));
      await opened.driver.enqueue(sampleJobs(1000));
      const reply = await worker.exchange(
        { settle: refs.slice(0, 500).map((ref) => ({ ...ref, ...SUCCEEDED })), extend: refs.slice(500) },
        1000,
      );
      assert.ok(reply.settled.length === 500 && reply.settled.every((outcome) => outcome === "applied"));
      assert.ok(reply.extended.length === 500 && reply.extended.every((outcome) => outcome === "kept"));
      assert.ok(reply.leases.length <= 1000);
      await worker.gather(1000 - reply.leases.length);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("half of 1,000 exist already", async (opened) => {
      const jobs = sampleJobs(1000);
      await opened.driver.enqueue(jobs.filter((_, index) => index % 2 === 0));
      const outcomes = await opened.driver.enqueue(jobs);
      assert.deepEqual(
        outcomes,
        jobs.map((_, index) => (index % 2 === 0 ? "exists" : "accepted")),
      );
      await new SampleWorker(opened).gather(1000);
    }),

    check("a settlement has 1,000 follow-ups", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const follow = sampleJobs(1000);
      await worker.end(await worker.take(), { ...SUCCEEDED, follow });
      const leases = await worker.gather(1000);
      assert.deepEqual(
        leases.map(({ id }) => id),
        follow.map(({ id }) => id),
      );
    }),
  ];
}
