import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { LONG_MS, MARGIN_MS, SHORT_LEASE_MS } from "../bounds.ts";
import { brokerNow } from "../broker-now.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** The right to one attempt, for a limited time. */
export function leaseChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("leases", harness);
  return [
    check("a first lease says what the contract says of it", async (opened) => {
      const before = await brokerNow(opened);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const lease = await new SampleWorker(opened).take();
      assert.ok(Number.isSafeInteger(lease.lease) && lease.lease >= 1, "the fencing token is a whole number above 0");
      assert.equal(lease.attempt, 1, "the first attempt has number 1");
      assert.equal(lease.crashes, 0, "no lease of a new job has lapsed");
      assert.ok(lease.createdAt >= before, "`createdAt` is when the store accepted the job, by the store's clock");
      assert.ok(lease.reservedAt >= lease.createdAt, "`reservedAt` is not before `createdAt`");
      assert.equal(lease.trail, undefined, "no settlement has left a trail");
      assert.equal(lease.expireAt, undefined, "the job has no expiry");
      assert.equal(lease.verdict, undefined, "nothing forbids the job to run");
    }),

    check("`reservedAt` and `createdAt` are those of the store's clock", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await opened.advance(MARGIN_MS);
      const lease = await worker.take();
      assert.ok(lease.reservedAt - lease.createdAt >= MARGIN_MS, "the time between acceptance and reservation is told");
    }),

    check("a leased job is not handed out again", async (opened) => {
      await opened.driver.enqueue(sampleJobs(3));
      const worker = new SampleWorker(opened);
      await worker.gather(3);
      assert.deepEqual(await worker.reserve(), []);
      assert.deepEqual(await new SampleWorker(opened, { name: "worker-2" }).reserve(), []);
      await opened.advance(MARGIN_MS);
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("an unsettled lease that is not extended lapses after `leaseMs`, never early", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      const first = await worker.take();
      opened.driver.leaseKeeping?.abandon([first]);
      const second = await worker.take("a job whose lease has lapsed is queued again");
      const life = second.reservedAt - first.reservedAt;
      assert.ok(life >= SHORT_LEASE_MS, `a lease of ${SHORT_LEASE_MS} ms lived ${life} ms`);
    }),

    check("an extended lease does not lapse", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lease = await short.take();
      assert.equal(await long.extend(lease), "kept", "the job's current lease is kept when its holder asks");
      await short.lapse([]);
      await opened.advance(SHORT_LEASE_MS);
      assert.deepEqual(await long.reserve(), [], "an extended lease lives on");
      await long.end(lease, SUCCEEDED);
    }),

    check("`leaseMs` of an extension is the lease's new life, from now", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lease = await long.take();
      assert.equal(await short.extend(lease), "kept");
      await short.lapse([lease]);
      const again = await short.take(
        "a lease that was extended by less than was left lapses at the end of its new life",
      );
      assert.equal(again.crashes, 1);
    }),

    check("extending again and again keeps a lease", async (opened) => {
      const [short, long] = [new SampleWorker(opened, { leaseMs: 4 * SHORT_LEASE_MS }), new SampleWorker(opened)];
      await opened.driver.enqueue([sampleJob()]);
      const lease = await short.take();
      for (let round = 0; round < 5; round += 1) {
        await opened.advance(SHORT_LEASE_MS);
        assert.equal(await short.extend(lease), "kept", `extension ${round + 1} keeps the lease`);
        assert.deepEqual(await long.reserve(), []);
      }
      await long.end(lease, SUCCEEDED);
    }),

    check("an exchange extends every lease it names, and no other", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue(sampleJobs(4));
      const leases = await worker.gather(4);
      const [kept, left] = [leases.slice(0, 2), leases.slice(2)];
      const { extended } = await opened.driver.exchange({
        worker: worker.name,
        leaseMs: LONG_MS,
        extend: kept.map(({ id, lease }) => ({ id, lease })),
      });
      assert.deepEqual(extended, ["kept", "kept"]);
      await worker.lapse(left);
      const again = await worker.gather(2, "leases that were not extended lapse");
      assert.deepEqual(again.map(({ id }) => id).toSorted(), left.map(({ id }) => id).toSorted());
      assert.deepEqual(await worker.reserve(), []);
    }),

    check("an exchange without a reservation reserves nothing", async (opened) => {
      await opened.driver.enqueue([sampleJob()]);
      const worker = new SampleWorker(opened);
      const reply = await worker.exchange({});
      assert.deepEqual(reply, { settled: [], extended: [], leases: [], parked: [] });
      await worker.take();
    }),

    check("an exchange never waits for jobs", async (opened) => {
      assert.deepEqual(await new SampleWorker(opened).reserve(), [], "an empty answer comes at once");
    }),

    check("settles before it reserves", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      const { settled, leases } = await worker.exchange(
        { settle: [{ id: lease.id, lease: lease.lease, to: "queued", charged: false }] },
        1,
      );
      assert.deepEqual(settled, ["applied"]);
      assert.equal(leases[0]?.id, lease.id, "an exchange settles, then extends, then reserves");
    }),

    check("settles before it extends", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const { id, lease } = await worker.take();
      const { settled, extended } = await worker.exchange({
        settle: [{ id, lease, ...SUCCEEDED }],
        extend: [{ id, lease }],
      });
      assert.deepEqual([settled, extended], [["applied"], ["lost"]], "an exchange settles, then extends");
    }),

    check("extends before it reserves", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      const { id, lease } = await worker.take();
      await worker.lapse([{ id, lease }]);
      // Whether a lease that is past, but that nobody has taken, can still be kept is the driver's choice.
      const { extended, leases } = await worker.exchange({ extend: [{ id, lease }] }, 1);
      if (extended[0] === "kept") assert.deepEqual(leases, [], "a lease that was kept is not given to another as well");
      else assert.notEqual(leases[0]?.lease, lease, "a lease that was lost is not given again under its old token");
    }),
  ];
}
