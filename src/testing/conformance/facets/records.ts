import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadMaybe, loadOne, type Recording, RECORDING_WORKER } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { FAILED, RELEASED, SUCCEEDED } from "../sample-worker.ts";

/** What a record says at each station of a job. */
export function recordChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("records", harness);
  return [
    check("a job that waits", async (opened) => {
      const job = sampleJob({ priority: 7 });
      await record(opened).make([job]);
      const { id, task, queue, priority, body, ...rest } = await loadOne(opened.driver, job.id);
      assert.deepEqual({ id, task, queue, priority, body }, job, "a driver stores a job as it is");
      assert.deepEqual([rest.state, rest.attempt, rest.crashes], ["queued", 0, 0]);
      assert.equal(rest.lease, 0, "0 before the first reservation");
      assert.equal(rest.cancelRequested, false);
      assert.ok(rest.createdAt > 0, "`createdAt` is epoch milliseconds by the store's clock");
      const absent = [rest.runAt, rest.expireAt, rest.startedAt, rest.finishedAt, rest.worker, rest.result, rest.error];
      assert.deepEqual(absent, Array(7).fill(undefined), "what has not happened is absent");
      assert.deepEqual([rest.trail, rest.notes], [undefined, undefined], "what has not happened is absent");
    }),

    check("a job that is scheduled, by delay and by instant", async (opened) => {
      const recording = record(opened);
      const delayed = sampleJob({ delayMs: LONG_MS });
      await recording.make([delayed]);
      const first = await loadOne(opened.driver, delayed.id);
      assert.deepEqual([first.state, first.runAt], ["scheduled", first.createdAt + LONG_MS]);
      const runAt = first.createdAt + 2 * LONG_MS;
      const [dated, past] = [sampleJob({ runAt }), sampleJob({ runAt: 5 })];
      await recording.make([dated, past]);
      const second = await loadOne(opened.driver, dated.id);
      assert.deepEqual([second.state, second.runAt], ["scheduled", runAt], "`runAt` is taken as given");
      assert.equal((await loadOne(opened.driver, past.id)).state, "queued", "not later than now: queued at once");
    }),

    check("load answers in the order asked, `undefined` for unknown ids", async (opened) => {
      const jobs = sampleJobs(3);
      await record(opened).make(jobs);
      const ids = [jobs[2]?.id ?? "", "nobody", jobs[0]?.id ?? "", jobs[1]?.id ?? "", jobs[0]?.id ?? ""];
      const loaded = await opened.driver.load(ids);
      assert.deepEqual(
        loaded.map((job) => job?.id),
        [ids[0], undefined, ids[2], ids[3], ids[4]],
      );
      assert.deepEqual(await opened.driver.load([]), []);
    }),

    check("a job that runs", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      await opened.advance(MARGIN_MS);
      const [ref] = await recording.begin([job]);
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.lease, stored.attempt], ["running", ref?.lease, 0]);
      assert.equal(stored.worker, RECORDING_WORKER, "the worker of the latest attempt");
      assert.ok(
        stored.startedAt !== undefined && stored.startedAt >= stored.createdAt + MARGIN_MS,
        "`startedAt` is when the latest attempt was reserved",
      );
      assert.equal(stored.finishedAt, undefined);
    }),

    check("a job that succeeded", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await opened.advance(MARGIN_MS);
      assert.equal(await recording.end(ref, { ...SUCCEEDED, result: "42", trail: "t", notes: "n" }), "taken");
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.result, stored.trail, stored.notes], ["succeeded", "42", "t", "n"]);
      assert.deepEqual([stored.attempt, stored.lease, stored.worker], [1, ref.lease, RECORDING_WORKER]);
      assert.equal(stored.error, undefined);
      assert.ok(!stored.resultGone, "the value is there");
      assert.ok(
        stored.finishedAt !== undefined && stored.finishedAt >= (stored.startedAt ?? Infinity) + MARGIN_MS,
        "`finishedAt` is when it became final, by the store's clock",
      );
    }),

    check("a job that returned `undefined`", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, SUCCEEDED);
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual(
        [stored.state, stored.result],
        ["succeeded", undefined],
        "absent: the task returned `undefined`",
      );
      assert.ok(!stored.resultGone, "nothing is gone: there was no value to keep");
    }),

    ...(["failed", "expired", "cancelled"] as const).map((to) =>
      check(`a job that is ${to}`, async (opened) => {
        const recording = record(opened);
        const job = sampleJob();
        await recording.make([job]);
        const [ref] = await recording.begin([job]);
        assert.ok(ref);
        await recording.end(ref, { ...SUCCEEDED, to, error: '{"message":"no"}' });
        const stored = await loadOne(opened.driver, job.id);
        assert.deepEqual([stored.state, stored.error, stored.result], [to, '{"message":"no"}', undefined]);
        assert.ok(stored.finishedAt !== undefined, "`finishedAt` is when it became final");
      }),
    ),

    check("a job that waits for a retry", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, { to: "retrying", charged: true, delayMs: LONG_MS, error: "{}", trail: "t" });
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.attempt, stored.error, stored.trail], ["retrying", 1, "{}", "t"]);
      assert.ok(
        stored.runAt !== undefined && stored.runAt >= (stored.startedAt ?? Infinity) + LONG_MS,
        "`runAt` is when a retrying job becomes due",
      );
      assert.equal(stored.finishedAt, undefined, "a job that waits for a retry is not finished");
    }),

    check("a job that was released", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [ref] = await recording.begin([job]);
      assert.ok(ref);
      await recording.end(ref, RELEASED);
      const stored = await loadOne(opened.driver, job.id);
      assert.deepEqual([stored.state, stored.attempt, stored.lease], ["queued", 0, ref.lease], "given back, uncharged");
    }),

    check("a job that was given back says what its last charged attempt ended with", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const error = '{"message":"no"}';
      const [first] = await recording.begin([job]);
      assert.ok(first);
      await recording.end(first, { to: "retrying", charged: true, delayMs: 0, error });
      const [second] = await recording.begin([job]);
      assert.ok(second);
      assert.equal(
        (await loadOne(opened.driver, job.id)).error,
        error,
        "an attempt that runs has no error of its own yet",
      );
      await recording.end(second, RELEASED);
      const { state, attempt, error: kept } = await loadOne(opened.driver, job.id);
      assert.deepEqual([state, attempt, kept], ["queued", 1, error], "a release changes nothing but the state");
    }),

    check("a waiting job whose `expireAt` is past reads as `expired`", async (opened) => {
      const recording = record(opened);
      const [soon, later, delayed] = [
        sampleJob({ expireAfterMs: DELAY_MS }),
        sampleJob({ expireAfterMs: LONG_MS }),
        sampleJob({ expireAfterMs: DELAY_MS, delayMs: LONG_MS }),
      ];
      await recording.make([soon, later, delayed]);
      const fresh = await loadOne(opened.driver, soon.id);
      assert.equal(fresh.expireAt, fresh.createdAt + DELAY_MS, "`expireAfterMs` counts from acceptance");
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal((await loadOne(opened.driver, soon.id)).state, "expired", "whether or not a worker has settled it");
      assert.equal((await loadOne(opened.driver, later.id)).state, "queued");
      assert.equal((await loadOne(opened.driver, delayed.id)).state, "expired", "a scheduled job waits too");
    }),

    check("a running job whose `expireAt` is past reads as `running`", async (opened) => {
      const recording = record(opened);
      // It must have begun by then, on a disk that stands still at times too.
      const roomyMs = 8 * DELAY_MS;
      const job = sampleJob({ expireAfterMs: roomyMs });
      await recording.make([job]);
      await recording.begin([job]);
      await opened.advance(roomyMs + MARGIN_MS);
      assert.equal((await loadOne(opened.driver, job.id)).state, "running", "only a waiting job expires");
    }),

    check("a final state never turns back", async (opened) => {
      for (const to of ["succeeded", "failed", "expired", "cancelled"] as const) {
        const recording = record(opened);
        const job = sampleJob({ queue: `queue-${to}` });
        await recording.make([job]);
        const [ref] = await recording.begin([job]);
        assert.ok(ref);
        await recording.end(ref, { ...SUCCEEDED, to });
        const before = await loadOne(opened.driver, job.id);
        for (const ending of [SUCCEEDED, FAILED, RELEASED, { to: "retrying", charged: true, delayMs: 0 } as const]) {
          assert.notEqual(await recording.end(ref, { ...ending, trail: "late", notes: "late" }), "taken");
        }
        assert.deepEqual(await loadOne(opened.driver, job.id), before, `${to} is final and stays as it is`);
      }
    }),

    check("a second attempt shows as the latest", async (opened) => {
      const recording = record(opened);
      const job = sampleJob();
      await recording.make([job]);
      const [first] = await recording.begin([job]);
      assert.ok(first);
      await recording.end(first, { to: "retrying", charged: true, delayMs: 0, error: "{}" });
      const before = await loadOne(opened.driver, job.id);
      await opened.advance(MARGIN_MS);
      const [second] = await recording.begin([job]);
      assert.ok(second);
      const running = await loadOne(opened.driver, job.id);
      assert.deepEqual([running.state, running.attempt, running.lease], ["running", 1, second.lease]);
      assert.ok((running.startedAt ?? 0) > (before.startedAt ?? Infinity), "`startedAt` is that of the latest attempt");
      assert.equal(running.createdAt, before.createdAt);
      await recording.end(second, { ...SUCCEEDED, result: "2" });
      assert.equal((await loadOne(opened.driver, job.id)).attempt, 2);
    }),

    check("unknown ids are unknown", async (opened) => {
      assert.equal(await loadMaybe(opened.driver, "nobody"), undefined);
    }),
  ];
}
