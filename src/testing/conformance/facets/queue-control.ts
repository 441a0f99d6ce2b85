import assert from "node:assert/strict";
import type { Broker, WaitRequest } from "../../../contracts/broker.ts";
import type { QueueControl } from "../../../contracts/queue-control.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS, SHORT_LEASE_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { resolvesWhile } from "../resolves-while.ts";
import { sampleJob, sampleJobs } from "../sample-job.ts";
import { SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** Queues that are held. */
export function queueControlChecks<D extends Broker>(harness: Harness<D>): readonly Check[] {
  const check = facet("queue control", harness);
  const holds = (sentence: string, body: (control: QueueControl, opened: Opened<D>) => Promise<void>): Check =>
    check(
      sentence,
      (opened) => body(demanded(opened.driver.queueControl, "driver.queueControl"), opened),
      "queue-control",
    );
  return [
    holds("nothing is reserved from a paused queue, and everything after it is resumed", async (control, opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue(sampleJobs(2));
      await control.pause("main");
      await opened.driver.enqueue([sampleJob({ priority: 9 }), sampleJob({ delayMs: DELAY_MS })]);
      assert.deepEqual(await worker.reserve(), [], "a paused queue hands nothing out");
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.deepEqual(await worker.reserve(), [], "nor what became due meanwhile");
      await control.resume("main");
      await worker.gather(4, "what was accepted before and during a pause is handed out after it");
    }),

    holds("other queues go on", async (control, opened) => {
      const worker = new SampleWorker(opened, { queues: ["held", "main"] });
      await control.pause("held");
      await opened.driver.enqueue([sampleJob({ queue: "held" }), sampleJob({ id: "free" })]);
      const [lease] = await worker.gather(1);
      assert.equal(lease?.id, "free");
      await worker.end(lease, SUCCEEDED);
    }),

    holds("what is leased can be extended and settled", async (control, opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await control.pause("main");
      assert.equal(await worker.extend(lease), "kept", "a pause takes no lease away");
      await worker.end(lease, SUCCEEDED);
    }),

    holds("a lease that lapses during a pause is handed out again after it", async (control, opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await control.pause("main");
      await worker.lapse([lease]);
      assert.deepEqual(await worker.reserve(), [], "a lapsed job waits like the others");
      await control.resume("main");
      const again = await worker.take();
      assert.deepEqual([again.id, again.crashes], [lease.id, 1]);
    }),

    holds("who waits for a paused queue sleeps until it is resumed", async (control, opened) => {
      await opened.driver.enqueue([sampleJob()]);
      await control.pause("main");
      let over = false;
      const waited = opened.driver.wait(request()).then(() => {
        over = true;
      });
      await opened.advance(STEP_MS * 3);
      assert.equal(over, false, "jobs of a paused queue end no wait");
      await control.resume("main");
      await resolvesWhile(opened, waited, "a queue that is resumed wakes who waits for it");
    }),

    holds("pausing and resuming can be repeated, and need no job", async (control, opened) => {
      assert.deepEqual(await control.paused(), []);
      await control.resume("never-seen");
      for (const queue of ["one", "two", "one"]) await control.pause(queue);
      assert.deepEqual([...(await control.paused())].toSorted(), ["one", "two"]);
      await control.resume("one");
      await control.resume("one");
      assert.deepEqual(await control.paused(), ["two"], "paused lists the queues that are held");
      assert.deepEqual(await new SampleWorker(opened, { queues: ["two"] }).reserve(), []);
    }),

    check(
      "another connection sees the same",
      async (opened) => {
        const other = await demanded(opened.second, "harness.second")();
        await demanded(opened.driver.queueControl, "driver.queueControl").pause("main");
        await opened.driver.enqueue([sampleJob()]);
        assert.deepEqual(await demanded(other.queueControl, "driver.queueControl").paused(), ["main"]);
        const worker = new SampleWorker({ ...opened, driver: other });
        assert.deepEqual(await worker.reserve(), [], "a pause holds for every worker");
        const waited = other.wait(request());
        await opened.driver.queueControl?.resume("main");
        await resolvesWhile(opened, waited, "a queue that is resumed wakes who waits for it elsewhere");
        await worker.take();
      },
      "queue-control",
      "connections",
    ),

    check(
      "a pause outlives the process, as jobs do",
      async (opened) => {
        await demanded(opened.driver.queueControl, "driver.queueControl").pause("main");
        const again = await demanded(opened.reopen, "harness.reopen")();
        assert.deepEqual(await demanded(again.queueControl, "driver.queueControl").paused(), ["main"]);
      },
      "queue-control",
      "durable",
    ),
  ];
}

function request(): WaitRequest {
  return { queues: ["main"], tasks: ["known"], maxMs: LONG_MS, signal: new AbortController().signal };
}
