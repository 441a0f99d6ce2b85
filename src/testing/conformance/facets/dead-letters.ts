import assert from "node:assert/strict";
import type { Inspection } from "../../../contracts/inspection.ts";
import type { Store } from "../../../contracts/store.ts";
import { DELAY_MS, MARGIN_MS, SHORT_LEASE_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadMaybe, loadOne } from "../recording.ts";
import { resolvesWhile } from "../resolves-while.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { FAILED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";
import { listAll } from "./inspection.ts";

/** Dead letters: put back or away. */
export function deadLetterChecks(harness: Harness<Store>): readonly Check[] {
  const check = facet("dead letters", harness);
  const looks = (sentence: string, body: (inspection: Inspection, opened: Opened<Store>) => Promise<void>): Check =>
    check(sentence, (opened) => body(demanded(opened.driver.inspection, "driver.inspection"), opened), "inspection");
  // A new job brings its token to a broker, but no trail: what a pair's broker hands out after a replay has none.
  const trailGoesOn = harness.offers.includes("one-step");
  return [
    looks("replay makes a failed job wait again, as if new but for its token and trail", async (inspection, opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      const job = sampleJob({ priority: 3 });
      await opened.driver.enqueue([job]);
      await short.lapse([await short.take()]);
      await long.end(await long.take(), { to: "retrying", charged: true, delayMs: 0, trail: "past" });
      const last = await long.take();
      await long.end(last, FAILED);
      const [now] = await inspection.replay([job.id]);
      assert.ok(now, "replay returns the jobs as they are now");
      assert.deepEqual([now.state, now.attempt, now.crashes], ["queued", 0, 0], "queued, no attempts, no crashes");
      assert.deepEqual([now.error, now.cancelRequested, now.finishedAt], [undefined, false, undefined], "no error");
      assert.deepEqual([now.lease, now.trail], [last.lease, "past"], "token and trail go on");
      assert.deepEqual(await loadOne(opened.driver, job.id), now, "as load shows them");
      const lease = await long.take("a replayed job waits again");
      assert.ok(lease.lease > last.lease, "the fencing token is never reset");
      assert.deepEqual([lease.attempt, lease.crashes], [1, 0], "no attempts, no crashes");
      if (trailGoesOn) assert.equal(lease.trail, "past", "the trail goes on");
      assert.deepEqual([lease.body, lease.priority], [job.body, 3]);
      assert.equal(await long.settle(last, SUCCEEDED), "stale", "the holder from before the replay is not heard");
      await long.end(lease, { ...SUCCEEDED, result: "2" });
      assert.equal((await loadOne(opened.driver, job.id)).result, "2");
    }),

    looks("a replayed job has no expiry: the one it had is past", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob({ expireAfterMs: DELAY_MS });
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), FAILED);
      await opened.advance(DELAY_MS + MARGIN_MS);
      const [now] = await inspection.replay([job.id]);
      assert.deepEqual([now?.state, now?.expireAt], ["queued", undefined]);
      assert.equal((await worker.take("a replayed job waits again")).verdict, undefined);
    }),

    looks("replay leaves alone what is not `failed`", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const [done, dead, held, waiting] = [sampleJob(), sampleJob(), sampleJob(), sampleJob()];
      await opened.driver.enqueue([done, dead, held, waiting]);
      const leases = await worker.gather(3);
      assert.ok(leases[0] && leases[1]);
      await worker.end(leases[0], SUCCEEDED);
      await worker.end(leases[1], FAILED);
      const ids = [waiting, done, dead, held].map(({ id }) => id);
      const before = await opened.driver.load(ids);
      const replayed = await inspection.replay([...ids, "nobody"]);
      assert.deepEqual(
        replayed.map((job) => job?.id),
        [undefined, undefined, dead.id, undefined, undefined],
        "`undefined` for those that are not `failed`",
      );
      const after = await opened.driver.load(ids);
      assert.deepEqual([after[0], after[1], after[3]], [before[0], before[1], before[3]]);
      assert.deepEqual((await worker.gather(2)).map(({ id }) => id).toSorted(), [waiting.id, dead.id].toSorted());
    }),

    looks("a job replayed twice waits once", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), FAILED);
      await inspection.replay([job.id]);
      assert.deepEqual(await inspection.replay([job.id]), [undefined], "it waits: it is not `failed`");
      await worker.take();
      assert.deepEqual(await worker.reserve(), []);
    }),

    looks("replaying wakes who waits", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), FAILED);
      const { signal } = new AbortController();
      const waited = opened.driver.wait({ queues: ["main"], tasks: ["known"], maxMs: 3_600_000, signal });
      await opened.advance(STEP_MS);
      await inspection.replay([job.id]);
      await resolvesWhile(opened, waited, "resolves when a reservation may find something");
    }),

    looks("a replayed job can fail and be replayed again", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      let token = 0;
      for (let round = 0; round < 3; round += 1) {
        const lease = await worker.take();
        assert.ok(lease.lease > token, "the fencing token is never reset");
        assert.equal(lease.attempt, 1);
        token = lease.lease;
        await worker.end(lease, FAILED);
        const stored = await loadOne(opened.driver, job.id);
        assert.deepEqual([stored.state, stored.error], ["failed", FAILED.error]);
        await inspection.replay([job.id]);
      }
    }),

    looks("a replayed job has the retention of its next end", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), { ...FAILED, keep: { recordMs: DELAY_MS, resultMs: 0 } });
      await inspection.replay([job.id]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      await opened.driver.purge(1000);
      await worker.end(await worker.take("a job that waits has no retention"), { ...SUCCEEDED, result: "1" });
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal((await loadOne(opened.driver, job.id)).result, "1");
    }),

    looks("removeDead deletes the failed records that are named, and no others", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const jobs = sampleJobs(4);
      await opened.driver.enqueue(jobs);
      const [first, second, third] = await worker.gather(3);
      assert.ok(first && second && third);
      await worker.end(first, FAILED);
      await worker.end(second, FAILED);
      await worker.end(third, SUCCEEDED);
      const ids = [first.id, third.id, jobs[3]?.id ?? "", "nobody"];
      assert.equal(await inspection.removeDead(ids, 1000), 1, "deletes `failed` records: how many");
      const loaded = await opened.driver.load(jobs.map(({ id }) => id));
      assert.deepEqual(
        loaded.map((job) => job?.state),
        [undefined, "failed", "succeeded", "queued"],
      );
      assert.equal(await inspection.removeDead(ids, 1000), 0);
    }),

    looks("removeDead deletes up to `limit` of all", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(6));
      const leases = await worker.gather(6);
      for (const lease of leases.slice(0, 5)) await worker.end(lease, FAILED);
      const removed: number[] = [];
      while (removed.length < 10 && removed.at(-1) !== 0) removed.push(await inspection.removeDead(undefined, 2));
      assert.ok(
        removed.every((count) => count <= 2),
        "up to `limit`",
      );
      assert.equal(
        removed.reduce((sum, count) => sum + count, 0),
        5,
        "returns how many",
      );
      assert.deepEqual(await listAll(inspection, { state: "failed", limit: 10 }), []);
      assert.equal((await listAll(inspection, { limit: 10 })).length, 1, "other records are left alone");
    }),

    looks("a removed id may be sent again", async (inspection, opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), FAILED);
      assert.deepEqual(await opened.driver.enqueue([job]), ["exists"], "a dead letter is kept, and is no new job");
      await inspection.removeDead([job.id], 10);
      assert.equal(await loadMaybe(opened.driver, job.id), undefined);
      assert.deepEqual(await inspection.replay([job.id]), [undefined]);
      assert.deepEqual(await opened.driver.enqueue([job]), ["accepted"]);
      assert.equal((await worker.take()).attempt, 1);
    }),
  ];
}
