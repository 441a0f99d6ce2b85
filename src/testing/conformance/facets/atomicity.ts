import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Store } from "../../../contracts/store.ts";
import { DELAY_MS, LATE_MS, MARGIN_MS, SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { eventually } from "../eventually.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { loadMaybe, loadOne } from "../recording.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

const FOREVER = { recordMs: null, resultMs: null };

/** What `enqueue` and `exchange` do, `load` and `watch` show, in one step. */
export function atomicityChecks(harness: Harness<Store>): readonly Check[] {
  const check = facet("one step", harness);
  return [
    check("a job can be loaded as soon as it is accepted", async ({ driver }) => {
      const jobs = sampleJobs(3);
      await driver.enqueue(jobs);
      assert.deepEqual(
        (await driver.load(jobs.map(({ id }) => id))).map((job) => job?.state),
        Array(3).fill("queued"),
      );
    }),

    check(
      "value, follow-ups and the end of the lease are visible together",
      async (opened) => {
        const worker = new SampleWorker(opened);
        const job = sampleJob();
        const follow = sampleJobs(2, { queue: "next" });
        await opened.driver.enqueue([job]);
        const lease = await worker.take();
        const progress = { settled: false };
        const settling = worker.end(lease, { ...SUCCEEDED, result: "1", follow }).finally(() => {
          progress.settled = true;
        });
        settling.catch(() => undefined);
        const ids = [job, ...follow].map(({ id }) => id);
        do {
          const seen = await opened.driver.load(ids);
          const states = seen.map((each) => each?.state ?? "unknown").join(" ");
          assert.ok(
            states === "running unknown unknown" || states === "succeeded queued queued",
            `a settlement is applied whole or not at all; load saw: ${states}`,
          );
          await nextTurn();
        } while (!progress.settled);
        await settling;
        const [stored, ...next] = await opened.driver.load(ids);
        assert.deepEqual([stored?.state, stored?.result], ["succeeded", "1"]);
        assert.deepEqual(
          next.map((each) => each?.state),
          ["queued", "queued"],
        );
      },
      "one-step",
    ),

    check("who is told of the end finds the follow-ups", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const follow = sampleJob({ queue: "next" });
      let found: Promise<string | undefined> | undefined;
      const watch = opened.driver.watch(() => {
        found = loadMaybe(opened.driver, follow.id).then((next) => next?.state);
      });
      watch.add([job.id]);
      await worker.end(await worker.take(), { ...SUCCEEDED, follow: [follow] });
      const answer = await eventually(opened, "a watched job that becomes final is reported", () => found);
      assert.equal(answer, "queued", "value, follow-ups and release are one step");
      watch.close();
    }),

    check("a batch is there whole or not at all", async (opened) => {
      const jobs = sampleJobs(1000);
      const progress = { accepted: false };
      const enqueuing = opened.driver.enqueue(jobs).finally(() => {
        progress.accepted = true;
      });
      enqueuing.catch(() => undefined);
      const ids = jobs.map(({ id }) => id);
      do {
        const there = (await opened.driver.load(ids)).filter((job) => job !== undefined).length;
        assert.ok(there === 0 || there === 1000, `all or none; ${there} of 1,000 were there`);
        // Looks that are answered at once must not keep the batch from going on.
        await nextTurn();
      } while (!progress.accepted);
      await enqueuing;
    }),

    check("a stale settlement or extension changes nothing of the record", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lost = await short.take();
      await short.lapse([lost]);
      await long.take();
      const before = await loadOne(opened.driver, job.id);
      assert.equal(before.crashes, 1);
      await short.settle(lost, { ...SUCCEEDED, result: "late", notes: "late", trail: "late" });
      await short.extend(lost, "late");
      assert.deepEqual(await loadOne(opened.driver, job.id), before);
    }),

    check("notes are replaced by extensions and settlements, and left alone where they are absent", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lease = await worker.take();
      const notes = async (): Promise<string | undefined> => (await loadOne(opened.driver, job.id)).notes;
      assert.equal(await worker.extend(lease, "half"), "kept");
      assert.equal(await notes(), "half", "an extension's notes replace the job's");
      await worker.extend(lease);
      assert.equal(await notes(), "half", "absent: unchanged");
      await worker.end(lease, { to: "retrying", charged: true, delayMs: 0 });
      assert.equal(await notes(), "half", "absent: unchanged");
      await worker.end(await worker.take(), { ...SUCCEEDED, notes: "whole" });
      assert.equal(await notes(), "whole", "a settlement's notes replace the job's");
    }),

    check("a finished job that is still kept exists", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      await worker.end(await worker.take(), { ...SUCCEEDED, result: "1" });
      const before = await loadOne(opened.driver, job.id);
      assert.deepEqual(await opened.driver.enqueue([job]), ["exists"], "finished and still kept: left untouched");
      assert.deepEqual(await loadOne(opened.driver, job.id), before);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("an id whose retention is over is new", async (opened) => {
      const worker = new SampleWorker(opened);
      const [none, some] = [sampleJob(), sampleJob()];
      await opened.driver.enqueue([none, some]);
      const [first, second] = await worker.gather(2);
      assert.ok(first && second);
      await worker.end(first, { ...SUCCEEDED, keep: { recordMs: 0, resultMs: 0 } });
      await worker.end(second, { ...SUCCEEDED, keep: { recordMs: DELAY_MS, resultMs: 0 } });
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.deepEqual(await opened.driver.enqueue([none, some]), ["accepted", "accepted"], "a purged id is unknown");
      const again = await worker.gather(2);
      assert.deepEqual(
        again.map(({ attempt, crashes }) => [attempt, crashes]),
        [
          [1, 0],
          [1, 0],
        ],
      );
      assert.equal((await loadOne(opened.driver, none.id)).state, "running");
    }),

    check("a follow-up whose id finished and is kept is dropped", async (opened) => {
      const worker = new SampleWorker(opened);
      const [done, next] = [sampleJob(), sampleJob()];
      await opened.driver.enqueue([done]);
      await worker.end(await worker.take(), { ...SUCCEEDED, result: "1" });
      await opened.driver.enqueue([next]);
      await worker.end(await worker.take(), { ...SUCCEEDED, follow: [{ ...done, body: "again" }] });
      assert.deepEqual(await worker.reserve(), [], "one whose id exists is dropped");
      assert.equal((await loadOne(opened.driver, done.id)).result, "1");
    }),

    check("a parked job reads as `queued`, uncharged", async (opened) => {
      const job = sampleJob({ task: "unknown" });
      await opened.driver.enqueue([job]);
      await new SampleWorker(opened).reserve();
      const { state, attempt, crashes } = await loadOne(opened.driver, job.id);
      assert.deepEqual([state, attempt, crashes], ["queued", 0, 0]);
    }),

    check("a parked job can be cancelled", async (opened) => {
      const job = sampleJob({ task: "unknown" });
      await opened.driver.enqueue([job]);
      await new SampleWorker(opened).reserve();
      assert.deepEqual(await opened.driver.requestCancel([job.id], FOREVER), ["cancelled"]);
      assert.deepEqual(await new SampleWorker(opened, { tasks: ["unknown"] }).reserve(), []);
    }),

    check("a cancelled job is never handed out", async (opened) => {
      const worker = new SampleWorker(opened);
      const jobs = [sampleJob(), sampleJob({ delayMs: DELAY_MS })];
      await opened.driver.enqueue(jobs);
      await opened.driver.requestCancel(
        jobs.map(({ id }) => id),
        FOREVER,
      );
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.deepEqual(await worker.reserve(), [], "cancelled is final");
    }),

    check("a holder that extends is told of a cancellation, and keeps the lease", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lease = await worker.take();
      await opened.driver.requestCancel([job.id], FOREVER);
      assert.equal(await worker.extend(lease), "cancel", "`cancel`: kept, and cancellation was requested");
      assert.equal(await worker.settle(lease, { ...SUCCEEDED, follow: [sampleJob()] }), "cancelled");
      assert.deepEqual(await worker.reserve(), [], "a settlement that is not taken enqueues nothing");
      assert.equal(await worker.extend(lease), "cancel", "the lease is still held and the holder settles again");
      await worker.end(lease, { ...SUCCEEDED, to: "cancelled" });
      assert.equal(await worker.settle(lease, RELEASED), "stale");
    }),

    check(
      "a holder that is to stop may still leave notes",
      async (opened) => {
        const worker = new SampleWorker(opened);
        const job = sampleJob();
        await opened.driver.enqueue([job]);
        const lease = await worker.take();
        await opened.driver.requestCancel([job.id], FOREVER);
        assert.equal(await worker.extend(lease, "stopping"), "cancel");
        assert.equal((await loadOne(opened.driver, job.id)).notes, "stopping", "`cancel`: kept, so its notes are too");
      },
      "one-step",
    ),

    check("a job that crashed after a cancellation was requested comes with that verdict", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lost = await worker.take();
      await opened.driver.requestCancel([job.id], FOREVER);
      await worker.lapse([lost]);
      const lease = await worker.take("a job whose lease has lapsed is queued again");
      assert.deepEqual([lease.verdict, lease.crashes], ["cancelled", 1], "`cancelled`: cancellation was requested");
      await worker.end(lease, { ...SUCCEEDED, to: "cancelled", charged: false });
      const { state, attempt } = await loadOne(opened.driver, job.id);
      assert.deepEqual([state, attempt], ["cancelled", 0]);
    }),

    check("of a settlement and a cancellation at once, one wins and both agree", async (opened) => {
      const worker = new SampleWorker(opened);
      for (let round = 0; round < 10; round += 1) {
        const job = sampleJob();
        await opened.driver.enqueue([job]);
        const lease = await worker.take();
        const [outcome, [state]] = await Promise.all([
          worker.settle(lease, { ...SUCCEEDED, result: "1" }),
          opened.driver.requestCancel([job.id], FOREVER),
        ]);
        const stored = await loadOne(opened.driver, job.id);
        if (outcome === "applied") assert.deepEqual([state, stored.state], ["succeeded", "succeeded"]);
        else assert.deepEqual([outcome, state, stored.state], ["cancelled", "running", "running"]);
      }
    }),

    check("of a reservation and a cancellation at once, one wins and both agree", async (opened) => {
      const worker = new SampleWorker(opened);
      for (let round = 0; round < 10; round += 1) {
        const job = sampleJob({ queue: "main" });
        await opened.driver.enqueue([job]);
        const [leases, [state]] = await Promise.all([
          worker.reserve(1),
          opened.driver.requestCancel([job.id], FOREVER),
        ]);
        assert.equal(state, leases.length === 1 ? "running" : "cancelled", "reserved or cancelled, not both");
        if (leases[0]) await worker.end(leases[0], { ...SUCCEEDED, to: "cancelled" });
      }
    }),

    check("the record names the worker that asked", async (opened) => {
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const [first, second] = ["first", "second"].map((name) => new SampleWorker(opened, { name }));
      assert.ok(first && second);
      await first.end(await first.take(), RELEASED);
      const lease = await second.take();
      const stored = await loadOne(opened.driver, job.id);
      assert.equal(stored.worker, "second", "who asks is kept with each lease");
      // Two systems have a clock each.
      const apart = Math.abs((stored.startedAt ?? 0) - lease.reservedAt);
      assert.ok(
        apart <= (harness.offers.includes("one-step") ? 0 : LATE_MS),
        `started ${apart} ms from its reservation`,
      );
    }),

    check("an expired job is settled as such and keeps what the sender gave", async (opened) => {
      const worker = new SampleWorker(opened);
      const job = sampleJob({ expireAfterMs: DELAY_MS });
      await opened.driver.enqueue([job]);
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.equal((await loadOne(opened.driver, job.id)).state, "expired");
      const lease = await worker.take("a job that reads as expired is settled by a worker");
      assert.equal(lease.verdict, "expired");
      await worker.end(lease, { ...SUCCEEDED, to: "expired", charged: false, error: "{}" });
      const { state, attempt, error, body } = await loadOne(opened.driver, job.id);
      assert.deepEqual([state, attempt, error, body], ["expired", 0, "{}", job.body]);
    }),

    check(
      "a job that lapses shows its crash once it is queued again",
      async (opened) => {
        const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
        const job = sampleJob();
        await opened.driver.enqueue([job]);
        await worker.lapse([await worker.take()]);
        const other = new SampleWorker(opened, { tasks: ["other"] });
        const stored = await eventually(opened, "a job whose lease has lapsed is queued again", async () => {
          await other.reserve();
          const each = await loadOne(opened.driver, job.id);
          return each.state === "queued" ? each : undefined;
        });
        assert.deepEqual([stored.attempt, stored.crashes], [0, 1], "with `crashes` raised by one");
        assert.equal(stored.cancelRequested, false);
      },
      "one-step",
    ),
  ];
}
