import assert from "node:assert/strict";
import type { Backend, RecordUpdate } from "../../../contracts/backend.ts";
import { DELAY_MS, LONG_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { loadMaybe, loadOne, runningUpdate } from "../recording.ts";
import { sampleJob } from "../sample-job.ts";

const FOREVER = { recordMs: null, resultMs: null };

/** Changing records: a compare-and-set on lease and finality. */
export function savingChecks(harness: Harness<Backend>): readonly Check[] {
  const check = facet("saving", harness);
  return [
    check("a higher lease was saved before: stale, of any kind, and nothing changes", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      await driver.save([runningUpdate(job, 5)]);
      const before = await loadOne(driver, job.id);
      for (const state of ["running", "retrying", "queued", "succeeded", "failed", "expired", "cancelled"] as const) {
        const update = { ...runningUpdate(job, 4), state, keep: FOREVER, delayMs: 0, trail: "stale", notes: "stale" };
        assert.deepEqual(await driver.save([update]), ["stale"], `a higher lease was saved before (${state})`);
        assert.deepEqual(await loadOne(driver, job.id), before, `a stale update changes nothing (${state})`);
      }
    }),

    check("the same lease, and a higher one, are saved", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      assert.deepEqual(await driver.save([runningUpdate(job, 3)]), ["saved"]);
      const retrying = {
        ...runningUpdate(job, 3),
        state: "retrying",
        attempt: 1,
        delayMs: LONG_MS,
        error: "{}",
      } as const;
      assert.deepEqual(await driver.save([retrying]), ["saved"], "the lease that began the attempt ends it");
      assert.deepEqual(await driver.save([{ ...runningUpdate(job, 9), attempt: 1, crashes: 2, worker: "w2" }]), [
        "saved",
      ]);
      const { state, lease, attempt, crashes, worker } = await loadOne(driver, job.id);
      assert.deepEqual([state, lease, attempt, crashes, worker], ["running", 9, 1, 2, "w2"]);
    }),

    check("a final record stays, even for a higher lease", async ({ driver }) => {
      for (const state of ["succeeded", "failed", "expired", "cancelled"] as const) {
        const job = sampleJob();
        await driver.insert([job]);
        await driver.save([runningUpdate(job, 1)]);
        const end: RecordUpdate = { ...runningUpdate(job, 1), state, keep: FOREVER };
        assert.deepEqual(await driver.save([end]), ["saved"]);
        const before = await loadOne(driver, job.id);
        for (const update of [end, runningUpdate(job, 1), runningUpdate(job, 2), { ...end, lease: 3 }]) {
          assert.deepEqual(await driver.save([update]), ["final"], `the record is ${state} already, and stays`);
        }
        const [lower] = await driver.save([runningUpdate(job, 0)]);
        assert.notEqual(lower, "saved", "a final record stays, and a lower lease is stale");
        assert.deepEqual(await loadOne(driver, job.id), before, `${state} is final`);
      }
    }),

    check("a job that never ran may be made final", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      const update: RecordUpdate = { ...runningUpdate(job, 1), state: "expired", keep: FOREVER, error: "{}" };
      assert.deepEqual(await driver.save([update]), ["saved"]);
      assert.equal((await loadOne(driver, job.id)).state, "expired");
    }),

    check("a job that reads as expired neither runs nor waits again, but may be ended", async ({ driver }) => {
      const job = sampleJob({ expireAt: 5 });
      await driver.insert([job]);
      const before = await loadOne(driver, job.id);
      assert.equal(before.state, "expired");
      for (const state of ["running", "retrying", "queued"] as const) {
        const update: RecordUpdate = { ...runningUpdate(job, 1), state, delayMs: 0 };
        assert.deepEqual(await driver.save([update]), ["final"], `readers were told that it has expired (${state})`);
        assert.deepEqual(await loadOne(driver, job.id), before, `a final state never turns back (${state})`);
      }
      const end: RecordUpdate = { ...runningUpdate(job, 1), state: "expired", keep: FOREVER };
      assert.deepEqual(await driver.save([end]), ["saved"]);
    }),

    check("a record that is missing is made from its job", async ({ driver }) => {
      const [running, done] = [sampleJob({ priority: 4 }), sampleJob()];
      const end: RecordUpdate = {
        ...runningUpdate(done, 2),
        state: "succeeded",
        attempt: 1,
        result: "42",
        keep: FOREVER,
      };
      assert.deepEqual(await driver.save([runningUpdate(running, 1), end]), ["saved", "saved"]);
      const { id, task, queue, priority, body, state } = await loadOne(driver, running.id);
      assert.deepEqual({ id, task, queue, priority, body }, running, "a record that is missing is made from the job");
      assert.equal(state, "running");
      const stored = await loadOne(driver, done.id);
      assert.deepEqual([stored.state, stored.result, stored.lease, stored.attempt], ["succeeded", "42", 2, 1]);
    }),

    check("the same update twice is saved twice, while it is not final", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      const update: RecordUpdate = { ...runningUpdate(job, 1), attempt: 2, trail: "t" };
      assert.deepEqual(await driver.save([update]), ["saved"]);
      const before = await loadOne(driver, job.id);
      assert.deepEqual(await driver.save([update]), ["saved"]);
      const { startedAt: _a, ...after } = await loadOne(driver, job.id);
      const { startedAt: _b, ...wanted } = before;
      assert.deepEqual(after, wanted);
    }),

    check("cancellation was requested: nothing but `cancelled` is taken", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      await driver.save([runningUpdate(job, 1)]);
      await driver.requestCancel([job.id], FOREVER);
      for (const state of ["running", "retrying", "queued", "succeeded", "failed", "expired"] as const) {
        const update: RecordUpdate = { ...runningUpdate(job, 2), state, keep: FOREVER, delayMs: 0, result: "late" };
        assert.deepEqual(
          await driver.save([update]),
          ["cancelled"],
          `nothing but \`cancelled\` is taken, not ${state}`,
        );
      }
      assert.deepEqual([(await loadOne(driver, job.id)).lease, (await loadOne(driver, job.id)).result], [1, undefined]);
      const end: RecordUpdate = { ...runningUpdate(job, 1), state: "cancelled", keep: FOREVER };
      assert.deepEqual(await driver.save([end]), ["saved"]);
      assert.equal((await loadOne(driver, job.id)).state, "cancelled");
    }),

    check("outcomes are in the order given, each for its own record", async ({ driver }) => {
      const [stale, final, cancelled, fine] = [sampleJob(), sampleJob(), sampleJob(), sampleJob()];
      await driver.insert([stale, final, cancelled, fine]);
      await driver.save([
        runningUpdate(stale, 7),
        { ...runningUpdate(final, 1), state: "succeeded", keep: FOREVER },
        runningUpdate(cancelled, 1),
      ]);
      await driver.requestCancel([cancelled.id], FOREVER);
      const outcomes = await driver.save([stale, fine, final, cancelled].map((job) => runningUpdate(job, 2)));
      assert.deepEqual(outcomes, ["stale", "saved", "final", "cancelled"]);
      assert.deepEqual(await driver.save([]), []);
    }),

    check("a record that was saved as `retrying` says when it is due", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      await driver.save([runningUpdate(job, 1)]);
      await driver.save([{ ...runningUpdate(job, 1), state: "retrying", delayMs: DELAY_MS, attempt: 1 }]);
      const { runAt, createdAt } = await loadOne(driver, job.id);
      assert.ok(runAt !== undefined && runAt >= createdAt + DELAY_MS, "`delayMs` counts by the backend's clock");
    }),

    check("of concurrent final saves of one lease, exactly one is saved", async ({ driver }) => {
      const job = sampleJob();
      await driver.insert([job]);
      await driver.save([runningUpdate(job, 1)]);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          driver.save([{ ...runningUpdate(job, 1), state: "succeeded", result: String(index), keep: FOREVER }]),
        ),
      );
      const winner = outcomes.findIndex(([outcome]) => outcome === "saved");
      assert.deepEqual(
        outcomes.flat().filter((outcome) => outcome !== "final"),
        ["saved"],
      );
      assert.equal((await loadOne(driver, job.id)).result, String(winner), "what is recorded is what was saved");
    }),

    check("of a final save and a cancellation at once, one wins and both agree", async ({ driver }) => {
      for (let round = 0; round < 10; round += 1) {
        const job = sampleJob();
        await driver.insert([job]);
        await driver.save([runningUpdate(job, 1)]);
        const [[saved], [state]] = await Promise.all([
          driver.save([{ ...runningUpdate(job, 1), state: "succeeded", keep: FOREVER }]),
          driver.requestCancel([job.id], FOREVER),
        ]);
        assert.ok(
          (saved === "saved" && state === "succeeded") || (saved === "cancelled" && state === "running"),
          `save said ${saved}, requestCancel said ${state}`,
        );
        const stored = await loadMaybe(driver, job.id);
        assert.equal(stored?.state, saved === "saved" ? "succeeded" : "running");
      }
    }),
  ];
}
