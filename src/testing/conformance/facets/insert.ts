import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { loadOne, runningUpdate } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";

/** Making records. */
export function insertChecks(harness: Harness<Backend>): readonly Check[] {
  const check = facet("insert", harness);
  return [
    check("makes a record for each job whose id has none, and says so in order", async ({ driver }) => {
      const [a, b, c] = [sampleJob(), sampleJob(), sampleJob()];
      assert.deepEqual(await driver.insert([b]), ["inserted"]);
      assert.deepEqual(await driver.insert([a, b, c]), ["inserted", "exists", "inserted"]);
      assert.deepEqual(await driver.insert([]), []);
    }),

    check("a record that is there is left untouched", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      const before = await loadOne(driver, job.id);
      assert.deepEqual(await driver.insert([{ ...job, task: "x", queue: "x", priority: 9, body: "x" }]), ["exists"]);
      assert.deepEqual(await loadOne(driver, job.id), before);
    }),

    check("a record that `save` made is there", async ({ driver }) => {
      const job = sampleJob();
      assert.deepEqual(await driver.save([runningUpdate(job, 1)]), ["saved"]);
      assert.deepEqual(await driver.insert([job]), ["exists"], "a worker may be faster than the client's record");
      assert.equal((await loadOne(driver, job.id)).state, "running");
    }),

    check("an id that is twice in a call is one record, the first", async ({ driver }) => {
      const job = sampleJob();
      assert.deepEqual(await driver.insert([job, { ...job, body: "second" }]), ["inserted", "exists"]);
      assert.equal((await loadOne(driver, job.id)).body, job.body);
    }),

    check("of concurrent calls with the same ids, one inserts each", async ({ driver }) => {
      const jobs = sampleJobs(20);
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, index) => driver.insert(index % 2 === 0 ? jobs : jobs.toReversed())),
      );
      assert.equal(replies.flat().filter((outcome) => outcome === "inserted").length, 20);
    }),

    check("1,000 records a call", async ({ driver }) => {
      const jobs = sampleJobs(1000);
      const outcomes = await driver.insert(jobs);
      assert.ok(outcomes.length === 1000 && outcomes.every((outcome) => outcome === "inserted"));
      const loaded = await driver.load(jobs.map(({ id }) => id));
      assert.deepEqual(
        loaded.map((job) => job?.id),
        jobs.map(({ id }) => id),
      );
      const saved = await driver.save(jobs.map((job) => runningUpdate(job, 1)));
      assert.ok(saved.length === 1000 && saved.every((outcome) => outcome === "saved"));
      const cancelled = await driver.requestCancel(
        jobs.map(({ id }) => id),
        { recordMs: null, resultMs: null },
      );
      assert.ok(cancelled.length === 1000 && cancelled.every((state) => state === "running"));
    }),
  ];
}
