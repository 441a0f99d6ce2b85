import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import type { Keep } from "../../../contracts/settlement.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadMaybe, loadOne, type Recording } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { FAILED, RELEASED, SUCCEEDED } from "../sample-worker.ts";

const FOREVER: Keep = { recordMs: null, resultMs: null };

/** Asking for a job not to be. */
export function cancellationChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("cancellation", harness);
  return [
    check("jobs that wait are cancelled at once", async (opened) => {
      const recording = record(opened);
      const [retrying, queued, scheduled] = [
        sampleJob({ queue: "retry" }),
        sampleJob(),
        sampleJob({ delayMs: LONG_MS }),
      ];
      await recording.make([retrying, queued, scheduled]);
      const [ref] = await recording.begin([retrying]);
      assert.ok(ref);
      await recording.end(ref, { to: "retrying", charged: true, delayMs: LONG_MS });
      const ids = [retrying, queued, scheduled].map(({ id }) => id);
      assert.deepEqual(
        await opened.driver.requestCancel(ids, FOREVER),
        ["cancelled", "cancelled", "cancelled"],
        "one that waits is `cancelled` at once",
      );
      for (const id of ids) {
        const stored = await loadOne(opened.driver, id);
        assert.equal(stored.state, "cancelled", "one that waits is `cancelled` at once");
        assert.ok(stored.finishedAt !== undefined, "`finishedAt` is when it became final");
      }
    }),

    check("a job that runs is marked, and runs on", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      await recording.begin([job]);
      assert.deepEqual(await opened.driver.requestCancel([job.id], FOREVER), ["running"], "one that runs is marked");
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.cancelRequested], ["running", true], "one that runs is marked");
    }),

    check("once it is requested, nothing but `cancelled` is taken", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await opened.driver.requestCancel([job.id], FOREVER);
      for (const ending of [
        { ...SUCCEEDED, result: "42" },
        FAILED,
        { ...SUCCEEDED, to: "expired" } as const,
        { to: "retrying", charged: true, delayMs: 0, trail: "late" } as const,
        RELEASED,
      ]) {
        assert.equal(
          await recording.end(ref, ending),
          "cancelled",
          `nothing but \`cancelled\` is taken, not ${ending.to}`,
        );
        const { state, attempt, result, trail } = await loadOne(opened.driver, job.id);
        assert.deepEqual([state, attempt, result, trail], ["running", 0, undefined, undefined], "nothing was changed");
      }
      const ending = { ...SUCCEEDED, to: "cancelled", error: "{}" } as const;
      assert.equal(await recording.end(ref, ending), "taken", "the holder settles again, as cancelled");
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.error], ["cancelled", "{}"]);
    }),

    check("a final job keeps its state, and its state is told", async (opened) => {
      for (const to of ["succeeded", "failed", "expired", "cancelled"] as const) {
        const recording = record(opened);
        const job = sampleJob({ queue: `queue-${to}` });
        await recording.make([job]);
        const [ref] = await recording.begin([job]);
        assert.ok(ref);
        await recording.end(ref, { ...SUCCEEDED, to });
        const before = await loadOne(opened.driver, job.id);
        const answer = await opened.driver.requestCancel([job.id], { recordMs: 0, resultMs: 0 });
        assert.deepEqual(answer, [to], "each job's state after the call");
        const after = await loadOne(opened.driver, job.id);
        assert.deepEqual([after.state, after.finishedAt], [before.state, before.finishedAt], `${to} is final`);
      }
    }),

    check("an unknown id is unknown, and answers are in the order given", async (opened) => {
      const jobs = sampleJobs(2);
      await record(opened).make(jobs);
      const ids = [jobs[1]?.id ?? "", "nobody", jobs[0]?.id ?? ""];
      assert.deepEqual(await opened.driver.requestCancel(ids, FOREVER), ["cancelled", undefined, "cancelled"]);
      assert.deepEqual(await opened.driver.requestCancel([], FOREVER), []);
      assert.equal(await loadMaybe(opened.driver, "nobody"), undefined, "an unknown id is not made by cancelling it");
    }),

    check("requesting again changes nothing", async (opened) => {
      const recording = record(opened);
      const [waiting, running] = [sampleJob(), sampleJob({ queue: "run" })];
      await recording.make([waiting, running]);
      await recording.begin([running]);
      const ids = [waiting.id, running.id];
      await opened.driver.requestCancel(ids, FOREVER);
      const before = await opened.driver.load(ids);
      await opened.advance(MARGIN_MS);
      assert.deepEqual(await opened.driver.requestCancel(ids, FOREVER), ["cancelled", "running"]);
      assert.deepEqual(await opened.driver.load(ids), before, "requestCancel is idempotent");
    }),

    check("`keep` is for those that become final by it", async (opened) => {
      const recording = record(opened);
      const [none, some, ever] = [sampleJob(), sampleJob(), sampleJob()];
      await recording.make([none, some, ever]);
      const answer = await opened.driver.requestCancel([none.id], { recordMs: 0, resultMs: 0 });
      assert.deepEqual(answer, ["cancelled"]);
      assert.equal(await loadMaybe(opened.driver, none.id), undefined, "kept for 0 ms: not at all");
      await opened.driver.requestCancel([some.id], { recordMs: DELAY_MS, resultMs: DELAY_MS });
      await opened.driver.requestCancel([ever.id], FOREVER);
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal(await loadMaybe(opened.driver, some.id), undefined, "its retention is over");
      assert.equal((await loadOne(opened.driver, ever.id)).state, "cancelled");
    }),

    check("a cancelled job cannot begin", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      await opened.driver.requestCancel([job.id], FOREVER);
      assert.notEqual(await recording.end({ id: job.id, lease: 1 }, SUCCEEDED), "taken", "cancelled is final");
      assert.equal((await loadOne(opened.driver, job.id)).state, "cancelled");
    }),
  ];
}
