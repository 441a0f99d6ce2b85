import assert from "node:assert/strict";
import type { Backend, Watch, WatchedJob } from "../../../contracts/backend.ts";
import { LONG_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { eventually } from "../eventually.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import type { Recording } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SUCCEEDED } from "../sample-worker.ts";

/** Long enough for a driver that would report what it must not. */
const QUIET_MS = 10 * STEP_MS;

/** Being told when jobs are final. */
export function watchingChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("watching", harness);
  return [
    check("a watched job is reported when it is final, with what became of it", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const { seen, watch } = watching(opened);
      watch.add([job.id]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await opened.advance(QUIET_MS);
      assert.deepEqual(seen, [], "a job that is not final needs watching still");
      await recording.end(ref, { ...SUCCEEDED, result: "42" });
      const told = await eventually<WatchedJob>(opened, "a watched job that becomes final is reported", () => seen[0]);
      assert.equal(told.id, job.id);
      assert.deepEqual([told.job?.state, told.job?.result], ["succeeded", "42"], "reported as it is now");
      watch.close();
    }),

    check("a job is reported once for each time it is added", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const { seen, watch } = watching(opened);
      watch.add([job.id]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, SUCCEEDED);
      await eventually(opened, "a watched job that becomes final is reported", () => seen[0]);
      await opened.advance(QUIET_MS);
      assert.equal(seen.length, 1, "never twice for one `add` of an id");
      watch.add([job.id]);
      await eventually(opened, "one that is final already is reported soon after it is added", () => seen[1]);
      await opened.advance(QUIET_MS);
      assert.equal(seen.length, 2, "never twice for one `add` of an id");
      watch.close();
    }),

    check("one that is final already, or unknown, is reported soon after", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, { ...SUCCEEDED, to: "failed", error: "{}" });
      const { seen, watch } = watching(opened);
      watch.add([job.id, "nobody"]);
      await eventually(opened, "final and unknown ids are reported", () => (seen.length === 2 ? true : undefined));
      assert.equal(seen.find(({ id }) => id === job.id)?.job?.state, "failed");
      const nobody = seen.find(({ id }) => id === "nobody");
      assert.ok(nobody && nobody.job === undefined, "unknown: `job` is absent");
      watch.close();
    }),

    check("a job that is kept for 0 ms is reported too", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      const { seen, watch } = watching(opened);
      watch.add([job.id]);
      await opened.advance(STEP_MS);
      await recording.end(ref, { ...SUCCEEDED, keep: { recordMs: 0, resultMs: 0 } });
      await eventually(opened, "a job that is not kept is final or unknown: it is reported", () => seen[0]);
      watch.close();
    }),

    check("a job that is cancelled while it waits is reported", async (opened) => {
      const job = sampleJob({ delayMs: LONG_MS });
      await record(opened).make([job]);
      const { seen, watch } = watching(opened);
      watch.add([job.id]);
      await opened.advance(STEP_MS);
      await opened.driver.requestCancel([job.id], { recordMs: null, resultMs: null });
      await eventually(opened, "a watched job that is cancelled is reported", () => seen[0]);
      assert.equal(seen[0]?.job?.state, "cancelled");
      watch.close();
    }),

    check("only what is watched is reported", async (opened) => {
      const recording = record(opened);
      const [watched, removed, other] = [sampleJob(), sampleJob(), sampleJob()];
      await recording.make([watched, removed, other]);
      const { seen, watch } = watching(opened);
      watch.add([watched.id, removed.id]);
      await opened.advance(STEP_MS);
      watch.remove([removed.id, "nobody"]);
      for (const ref of await recording.begin([watched, removed, other])) await recording.end(ref, SUCCEEDED);
      await eventually(opened, "a watched job that becomes final is reported", () => seen[0]);
      await opened.advance(QUIET_MS);
      assert.deepEqual(
        seen.map(({ id }) => id),
        [watched.id],
        "an id that was removed, or never added, is not reported",
      );
      watch.close();
    }),

    check("a watch that is closed is quiet, and others are not", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [closed, open] = [watching(opened), watching(opened)];
      closed.watch.add([job.id]);
      open.watch.add([job.id]);
      await opened.advance(STEP_MS);
      closed.watch.close();
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, SUCCEEDED);
      await eventually(opened, "every watch is told", () => open.seen[0]);
      await opened.advance(QUIET_MS);
      assert.deepEqual(closed.seen, [], "a closed watch reports nothing");
      open.watch.close();
      open.watch.close();
    }),

    check("many jobs are reported, each once, in batches of any size", async (opened) => {
      const recording = record(opened);
      const jobs = sampleJobs(200);
      await recording.make(jobs);
      const { seen, watch } = watching(opened);
      watch.add(jobs.map(({ id }) => id));
      for (const ref of await recording.begin(jobs)) await recording.end(ref, SUCCEEDED);
      await eventually(opened, "all of them are reported", () => (seen.length >= 200 ? true : undefined));
      assert.deepEqual(seen.map(({ id }) => id).toSorted(), jobs.map(({ id }) => id).toSorted());
      watch.close();
    }),

    check("a job that is to be retried is not reported", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const { seen, watch } = watching(opened);
      watch.add([job.id]);
      const [first] = await recording.begin([job]);
      assert.ok(first);
      await recording.end(first, { to: "retrying", charged: true, delayMs: 0, error: "{}" });
      await opened.advance(QUIET_MS);
      assert.deepEqual(seen, [], "a job that waits for a retry is not final");
      const [second] = await recording.begin([job]);
      assert.ok(second);
      await recording.end(second, SUCCEEDED);
      await eventually(opened, "a watched job that becomes final is reported", () => seen[0]);
      watch.close();
    }),
  ];
}

function watching(opened: Opened<Backend>): { readonly seen: WatchedJob[]; readonly watch: Watch } {
  const seen: WatchedJob[] = [];
  const watch = opened.driver.watch((jobs) => {
    seen.push(...jobs);
  });
  return { seen, watch };
}
