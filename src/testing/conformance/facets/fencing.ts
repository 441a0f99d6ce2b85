import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { SHORT_LEASE_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { FAILED, RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

const STALE = "settling or extending a lease that is not the job's current one changes nothing and says so";

/** Only the holder of the current lease is heard. */
export function fencingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("fencing", harness);
  return [
    check("the token is raised by every reservation", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      const long = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const tokens: number[] = [];
      let lease = await long.take();
      tokens.push(lease.lease);
      await long.end(lease, RELEASED);
      lease = await long.take();
      tokens.push(lease.lease);
      await long.end(lease, { to: "retrying", charged: true, delayMs: 0 });
      lease = await worker.take();
      tokens.push(lease.lease);
      await worker.lapse([lease]);
      tokens.push((await long.take()).lease);
      assert.deepEqual(
        tokens,
        [...new Set(tokens)].toSorted((a, b) => a - b),
        "after a release, a retry and a lapse",
      );
    }),

    check("a stale settlement is refused, of any kind, and changes nothing", async (opened) => {
      const [old, current] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lost = await old.take();
      await old.lapse([lost]);
      const held = await current.take();
      for (const to of ["succeeded", "failed", "expired", "cancelled", "retrying", "queued"] as const) {
        const outcome = await old.settle(lost, { ...SUCCEEDED, to, delayMs: 0, trail: "stale" });
        assert.equal(outcome, "stale", `${STALE} (to: ${to})`);
        assert.deepEqual(await old.reserve(), [], `${STALE}: the job is still leased after a stale "${to}"`);
      }
      assert.equal(await current.extend(held), "kept", STALE);
      await current.end(held, RELEASED);
      const next = await current.take();
      assert.equal(next.attempt, 1, `${STALE}: a stale settlement is not charged`);
      assert.equal(next.trail, undefined, `${STALE}: a stale settlement leaves no trail`);
    }),

    check("a stale extension is `lost`, and does not keep or take the lease", async (opened) => {
      const [old, current] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lost = await old.take();
      await old.lapse([lost]);
      const held = await old.take();
      assert.equal(await current.extend(lost), "lost", STALE);
      await old.lapse([held]);
      await current.take("an extension by a stale token does not lengthen the current lease");
    }),

    check("what was settled cannot be settled again", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await worker.end(lease, SUCCEEDED);
      for (const ending of [SUCCEEDED, FAILED, RELEASED, { to: "retrying", charged: true, delayMs: 0 } as const]) {
        assert.equal(await worker.settle(lease, ending), "stale", `a settled lease is no more (then ${ending.to})`);
      }
      assert.equal(await worker.extend(lease), "lost", "a settled lease is no more");
      assert.deepEqual(await worker.reserve(), [], "a final state never turns back");
    }),

    check("what was released cannot be settled or extended", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await worker.end(lease, RELEASED);
      assert.equal(await worker.extend(lease), "lost", "a released lease is no more");
      assert.equal(await worker.settle(lease, SUCCEEDED), "stale", "a released lease is no more");
      await worker.take("a job that was released can be reserved, whatever its former holder says");
    }),

    check("what waits for a retry cannot be settled or extended", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await worker.end(lease, { to: "retrying", charged: true, delayMs: SHORT_LEASE_MS });
      assert.equal(await worker.extend(lease), "lost", "the lease of an attempt that is over is no more");
      assert.equal(await worker.settle(lease, SUCCEEDED), "stale", "the lease of an attempt that is over is no more");
      assert.equal((await worker.take()).attempt, 2);
    }),

    check("a lease that lapsed and was queued again is lost for good", async (opened) => {
      const [old, other] = [
        new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }),
        new SampleWorker(opened, { queues: ["main"], tasks: [] }),
      ];
      await opened.driver.enqueue([sampleJob()]);
      const lost = await old.take();
      await old.lapse([lost]);
      await old.end(await old.take(), RELEASED);
      assert.equal(await other.extend(lost), "lost", STALE);
      assert.equal(await other.settle(lost, SUCCEEDED), "stale", STALE);
      assert.equal((await old.take()).crashes, 1);
    }),

    check("a token that was never given, and an id that was never sent, are refused", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const held = await worker.take();
      for (const ref of [
        { id: held.id, lease: held.lease + 1 },
        { id: held.id, lease: 0 },
        { id: "nobody", lease: 1 },
      ]) {
        assert.equal(await worker.extend(ref), "lost", STALE);
        assert.equal(await worker.settle(ref, SUCCEEDED), "stale", STALE);
      }
      await worker.end(held, SUCCEEDED);
    }),

    check("of two settlements of one lease in one exchange, one is applied", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const { id, lease } = await worker.take();
      const { settled } = await worker.exchange({
        settle: [
          { id, lease, ...SUCCEEDED },
          { id, lease, ...RELEASED },
        ],
      });
      assert.deepEqual(settled, ["applied", "stale"]);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("stale and current settlements of one exchange are told apart, in order", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(4));
      const leases = await worker.gather(4);
      const { settled, extended } = await worker.exchange({
        settle: leases.slice(0, 3).map(({ id, lease }, index) => ({ id, lease: lease + (index % 2), ...SUCCEEDED })),
        extend: leases.slice(2).map(({ id, lease }) => ({ id, lease })),
      });
      assert.deepEqual(settled, ["applied", "stale", "applied"], "one outcome for each of settle, in order");
      assert.deepEqual(extended, ["lost", "kept"], "one outcome for each of extend, in order");
    }),
  ];
}
