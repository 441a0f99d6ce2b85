import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import type { Inspection, ListQuery } from "../../../contracts/inspection.ts";
import type { StoredJob } from "../../../contracts/stored-job.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import type { Recording } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { FAILED, SUCCEEDED } from "../sample-worker.ts";

/** Looking at many jobs. */
export function inspectionChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("inspection", harness);
  const looks = (sentence: string, body: (inspection: Inspection, opened: Opened<D>) => Promise<void>): Check =>
    check(sentence, (opened) => body(demanded(opened.driver.inspection, "driver.inspection"), opened), "inspection");
  return [
    looks("lists every job once, newest first, page by page", async (inspection, opened) => {
      const jobs = sampleJobs(25);
      for (const job of jobs) await record(opened).make([job]);
      for (const limit of [1, 7, 25, 1000]) {
        const listed = await listAll(inspection, { limit });
        assert.deepEqual(
          listed.map(({ id }) => id),
          jobs.map(({ id }) => id).toReversed(),
          `newest first, nothing lost or doubled between pages of ${limit}`,
        );
      }
    }),

    looks("lists jobs of one call in some order, each once", async (inspection, opened) => {
      const jobs = sampleJobs(300);
      await record(opened).make(jobs);
      const listed = await listAll(inspection, { limit: 40 });
      assert.deepEqual(listed.map(({ id }) => id).toSorted(), jobs.map(({ id }) => id).toSorted());
    }),

    looks("lists what load shows", async (inspection, opened) => {
      const recording = record(opened);
      const [done, waiting] = [sampleJob({ queue: "run" }), sampleJob({ delayMs: LONG_MS })];
      await recording.make([done, waiting]);
      const [ref] = await recording.begin([done]);
      assert.ok(ref);
      await recording.end(ref, { ...SUCCEEDED, result: "42", trail: "t", notes: "n" });
      const listed = await listAll(inspection, { limit: 10 });
      const loaded = await opened.driver.load(listed.map(({ id }) => id));
      assert.equal(listed.length, 2);
      assert.deepEqual(listed, loaded, "a listed job is what load shows");
    }),

    looks("lists by queue, state and task, alone and together", async (inspection, opened) => {
      const recording = record(opened);
      const jobs = ["a", "b"].flatMap((queue) =>
        ["known", "other"].flatMap((task) => [
          sampleJob({ queue, task }),
          sampleJob({ queue, task, delayMs: LONG_MS }),
          sampleJob({ queue, task, delayMs: LONG_MS }),
        ]),
      );
      await recording.make(jobs);
      const queries: readonly Omit<ListQuery, "limit">[] = [
        { queue: "a" },
        { state: "scheduled" },
        { task: "other" },
        { queue: "b", state: "queued" },
        { queue: "b", task: "known" },
        { state: "scheduled", task: "other" },
        { queue: "a", state: "scheduled", task: "known" },
        { queue: "nothing" },
        { state: "failed" },
      ];
      for (const query of queries) {
        const wanted = jobs.filter(
          ({ queue, task, delayMs }) =>
            (query.queue ?? queue) === queue &&
            (query.task ?? task) === task &&
            (query.state === undefined || query.state === (delayMs === undefined ? "queued" : "scheduled")),
        );
        const listed = await listAll(inspection, { ...query, limit: 2 });
        assert.deepEqual(
          listed.map(({ id }) => id).toSorted(),
          wanted.map(({ id }) => id).toSorted(),
          `list(${JSON.stringify(query)})`,
        );
      }
    }),

    looks("a filter follows a job's state", async (inspection, opened) => {
      const recording = record(opened);
      const job = sampleJob();
      const idsOf = async (state: StoredJob["state"]): Promise<readonly string[]> =>
        (await listAll(inspection, { state, limit: 10 })).map(({ id }) => id);
      await recording.make([job]);
      assert.deepEqual(await idsOf("queued"), [job.id]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      assert.deepEqual([await idsOf("queued"), await idsOf("running")], [[], [job.id]]);
      await recording.end(ref, { to: "retrying", charged: true, delayMs: LONG_MS });
      assert.deepEqual([await idsOf("running"), await idsOf("retrying")], [[], [job.id]]);
      await opened.driver.requestCancel([job.id], { recordMs: null, resultMs: null });
      assert.deepEqual([await idsOf("retrying"), await idsOf("cancelled")], [[], [job.id]]);
    }),

    looks("a job that reads as `expired` is not listed as waiting", async (inspection, opened) => {
      const job = sampleJob({ expireAfterMs: DELAY_MS });
      await record(opened).make([job]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      const listed = await listAll(inspection, { limit: 10 });
      assert.deepEqual(
        listed.map(({ state }) => state),
        ["expired"],
        "a stored job reads as of now",
      );
      assert.deepEqual(await listAll(inspection, { state: "queued", limit: 10 }), [], "a job reads as of now");
    }),

    looks("pages are not upset by jobs that come between them", async (inspection, opened) => {
      const recording = record(opened);
      const jobs = sampleJobs(6);
      for (const job of jobs) await recording.make([job]);
      const first = await inspection.list({ limit: 3 });
      await recording.make(sampleJobs(3));
      const rest = first.cursor === undefined ? [] : await listAll(inspection, { limit: 3, cursor: first.cursor });
      const ids = [...first.jobs, ...rest].map(({ id }) => id);
      assert.deepEqual(ids, jobs.map(({ id }) => id).toReversed(), "a cursor says where an earlier page ended");
    }),

    looks("a page never holds more than `limit`", async (inspection, opened) => {
      await record(opened).make(sampleJobs(10));
      for (const limit of [1, 3, 10]) {
        const { jobs } = await inspection.list({ limit });
        assert.ok(jobs.length <= limit, `at most ${limit} jobs, got ${jobs.length}`);
      }
    }),

    looks("counts jobs by queue and state", async (inspection, opened) => {
      const recording = record(opened);
      assert.equal(total(await inspection.counts()), 0);
      const [done, failed, running] = [sampleJob({ queue: "a" }), sampleJob({ queue: "b" }), sampleJob({ queue: "c" })];
      const waiting = [...sampleJobs(3), ...sampleJobs(2, { delayMs: LONG_MS })];
      await recording.make([done, failed, running, ...waiting]);
      const refs = await recording.begin([done, failed, running]);
      assert.ok(refs[0] && refs[1]);
      await recording.end(refs[0], SUCCEEDED);
      await recording.end(refs[1], FAILED);
      const counted = (await inspection.counts())
        .filter(({ count }) => count > 0)
        .map(({ queue, state, count }) => `${queue} ${state} ${count}`);
      assert.deepEqual(counted.toSorted(), [
        "a succeeded 1",
        "b failed 1",
        "c running 1",
        "main queued 3",
        "main scheduled 2",
      ]);
    }),

    looks("counts are without those whose retention is over", async (inspection, opened) => {
      const recording = record(opened);
      const jobs = [sampleJob(), sampleJob(), sampleJob()];
      await recording.make(jobs);
      const [none, some, ever] = await recording.begin(jobs);
      assert.ok(none && some && ever);
      await recording.end(none, { ...SUCCEEDED, keep: { recordMs: 0, resultMs: 0 } });
      await recording.end(some, { ...SUCCEEDED, keep: { recordMs: DELAY_MS, resultMs: 0 } });
      await recording.end(ever, SUCCEEDED);
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal(
        total(await inspection.counts()),
        1,
        "jobs by queue and state, without those whose retention is over",
      );
    }),
  ];
}

/** Every page of a listing. */
export async function listAll(inspection: Inspection, query: ListQuery): Promise<readonly StoredJob[]> {
  const jobs: StoredJob[] = [];
  let cursor = query.cursor;
  // A look is bounded in what it reads, so a page may be empty and still not be the last.
  for (let page = 0; page < 5_000; page += 1) {
    const found = await inspection.list({ ...query, ...(cursor !== undefined && { cursor }) });
    assert.ok(found.jobs.length <= query.limit, "at most `limit` jobs a page");
    jobs.push(...found.jobs);
    cursor = found.cursor;
    if (cursor === undefined) return jobs;
  }
  throw new assert.AssertionError({ message: "a listing ends: the last page has no cursor" });
}

function total(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
