import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import type { Keep } from "../../../contracts/settlement.ts";
import { DELAY_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadMaybe, loadOne, type Recording } from "../recording.ts";
import { sampleJob } from "../sample-job.ts";
import { SUCCEEDED } from "../sample-worker.ts";

const THIRTY_ONE_DAYS = 31 * 24 * 3_600_000;

/** How long what is finished is kept: the same on every system. */
export function retentionChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("retention", harness);
  /** A job that succeeded with a value, and is kept as `keep` says. */
  const finished = async (
    opened: Opened<D>,
    keep: Keep,
    to: "succeeded" | "failed" | "cancelled" | "expired" = "succeeded",
  ): Promise<string> => {
    const recording = record(opened);
    const job = sampleJob();
    await recording.make([job]);
    const [ref] = await recording.begin([job]);
    assert.ok(ref);
    const text = to === "succeeded" ? { result: "42" } : { error: "{}" };
    assert.equal(await recording.end(ref, { ...SUCCEEDED, ...text, to, keep }), "taken");
    return job.id;
  };
  return [
    check("a record kept for 0 ms is not kept at all", async (opened) => {
      const id = await finished(opened, { recordMs: 0, resultMs: 0 });
      assert.equal(await loadMaybe(opened.driver, id), undefined, "0 is not at all, purged or not");
    }),

    ...([null, THIRTY_ONE_DAYS] as const).map((keepMs) =>
      check(`a record kept ${keepMs === null ? "forever" : "for 31 days"} is there`, async (opened) => {
        const id = await finished(opened, { recordMs: keepMs, resultMs: keepMs });
        await opened.advance(DELAY_MS);
        await opened.driver.purge(1000);
        const stored = await loadOne(opened.driver, id);
        assert.deepEqual([stored.state, stored.result], ["succeeded", "42"], "a record is kept as long as was asked");
      }),
    ),

    check("a record is unknown when its retention is over, purged or not, and not before", async (opened) => {
      const id = await finished(opened, { recordMs: 10 * DELAY_MS, resultMs: null });
      assert.equal((await loadOne(opened.driver, id)).result, "42", "a record is kept as long as was asked");
      await opened.advance(10 * DELAY_MS + MARGIN_MS);
      assert.equal(await loadMaybe(opened.driver, id), undefined, "retention is over, purged or not");
    }),

    check("retention counts from the end of the job", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await opened.advance(6 * DELAY_MS);
      await recording.end(ref, { ...SUCCEEDED, keep: { recordMs: 5 * DELAY_MS, resultMs: null } });
      await loadOne(opened.driver, job.id);
    }),

    check("a value that is not to be kept is gone at once, its record is not", async (opened) => {
      const id = await finished(opened, { recordMs: null, resultMs: 0 });
      const stored = await loadOne(opened.driver, id);
      assert.deepEqual([stored.state, stored.result, stored.resultGone], ["succeeded", undefined, true]);
    }),

    check("a value may be kept for less long than its record", async (opened) => {
      const id = await finished(opened, { recordMs: null, resultMs: 10 * DELAY_MS });
      assert.equal((await loadOne(opened.driver, id)).result, "42", "a value is kept as long as was asked");
      await opened.advance(10 * DELAY_MS + MARGIN_MS);
      const stored = await loadOne(opened.driver, id);
      assert.deepEqual([stored.state, stored.result, stored.resultGone], ["succeeded", undefined, true]);
    }),

    check("a value is never kept longer than its record", async (opened) => {
      const id = await finished(opened, { recordMs: DELAY_MS, resultMs: null });
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal(await loadMaybe(opened.driver, id), undefined);
    }),

    ...([0, DELAY_MS] as const).map((recordMs) =>
      check(`a dead letter is kept until it is removed, though its retention is ${recordMs}`, async (opened) => {
        const id = await finished(opened, { recordMs, resultMs: recordMs }, "failed");
        await opened.advance(DELAY_MS + MARGIN_MS);
        await opened.driver.purge(1000);
        const stored = await loadOne(opened.driver, id);
        assert.deepEqual([stored.state, stored.error], ["failed", "{}"], "kept until removed, whatever `keep` says");
      }),
    ),

    ...(["cancelled", "expired"] as const).map((to) =>
      check(`a job that is ${to} has its retention too`, async (opened) => {
        const kept = await finished(opened, { recordMs: null, resultMs: null }, to);
        const gone = await finished(opened, { recordMs: DELAY_MS, resultMs: null }, to);
        await opened.advance(DELAY_MS + MARGIN_MS);
        assert.equal((await loadOne(opened.driver, kept)).state, to);
        assert.equal(await loadMaybe(opened.driver, gone), undefined);
      }),
    ),

    check("purge takes only what is over, at most `limit` a call, and says how many", async (opened) => {
      const over: string[] = [];
      for (let count = 0; count < 5; count += 1)
        over.push(await finished(opened, { recordMs: DELAY_MS, resultMs: null }));
      const kept = await finished(opened, { recordMs: null, resultMs: null });
      const waiting = sampleJob({ queue: "waiting" });
      await record(opened).make([waiting]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      let purged = 0;
      for (let call = 0; call < 20; call += 1) {
        const count = await opened.driver.purge(2);
        assert.ok(Number.isInteger(count) && count >= 0 && count <= 2, `at most 2 records a call, got ${count}`);
        purged += count;
        if (count === 0) break;
      }
      // A system that drops records by itself has nothing left to purge, so there is no lower bound.
      assert.ok(purged <= 5, `5 records were over, ${purged} were purged`);
      assert.equal(await opened.driver.purge(1000), 0, "nothing is left to purge");
      for (const id of over) assert.equal(await loadMaybe(opened.driver, id), undefined);
      assert.equal((await loadOne(opened.driver, kept)).result, "42", "purge leaves alone what is kept");
      await loadOne(opened.driver, waiting.id);
    }),

    check("purge takes values whose own retention is over, and leaves their records", async (opened) => {
      const id = await finished(opened, { recordMs: null, resultMs: DELAY_MS });
      await opened.advance(DELAY_MS + MARGIN_MS);
      await opened.driver.purge(1000);
      const stored = await loadOne(opened.driver, id);
      assert.deepEqual([stored.state, stored.result, stored.resultGone], ["succeeded", undefined, true]);
    }),
  ];
}
