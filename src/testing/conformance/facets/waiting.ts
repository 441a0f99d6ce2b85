import assert from "node:assert/strict";
import type { Broker, WaitRequest } from "../../../contracts/broker.ts";
import { DELAY_MS, LONG_MS, SHORT_LEASE_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { resolvesWhile } from "../resolves-while.ts";
import { sampleJob } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";

/** What a worker does while there is nothing to do. */
export function waitingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("waiting", harness);
  /** Starts to wait, lets the driver go to sleep, does `then`, and insists that the wait ends soon. */
  const wakes = async (opened: Opened<Broker>, then: () => Promise<unknown>, sentence: string): Promise<void> => {
    const waited = opened.driver.wait(request({}));
    await opened.advance(STEP_MS);
    await then();
    await resolvesWhile(opened, waited, sentence);
  };
  return [
    check("resolves after `maxMs` when nothing comes", async (opened) => {
      await resolvesWhile(
        opened,
        opened.driver.wait(request({ maxMs: DELAY_MS })),
        "resolves at the latest after `maxMs`",
      );
    }),

    check("resolves when there is something already", async (opened) => {
      await opened.driver.enqueue([sampleJob()]);
      await resolvesWhile(opened, opened.driver.wait(request({})), "resolves when a reservation may find something");
    }),

    check("resolves for a job that is accepted after the call", async (opened) => {
      await wakes(
        opened,
        () => opened.driver.enqueue([sampleJob()]),
        "must not miss a job that was accepted after the call",
      );
      await new SampleWorker(opened).take();
    }),

    check("does not miss a job that is accepted in the same turn as the call", async (opened) => {
      const waited = opened.driver.wait(request({}));
      const accepted = opened.driver.enqueue([sampleJob()]);
      await resolvesWhile(opened, waited, "must not miss a job that was accepted after the call");
      await accepted;
    }),

    check("what is handed over to who waits is leased to it, and to nobody else", async (opened) => {
      const worker = new SampleWorker(opened);
      const { name, leaseMs } = { name: worker.name, leaseMs: LONG_MS };
      const reserve = {
        queues: [{ name: "main", limit: 1 }],
        tasks: ["known"],
        leaseMs,
        parkMs: LONG_MS,
        handOver: true,
      };
      await opened.driver.exchange({ worker: name, leaseMs, reserve });
      const waited = opened.driver.wait(request({ handOver: { worker: name, leaseMs } }));
      await opened.advance(STEP_MS);
      const job = sampleJob();
      await opened.driver.enqueue([job]);
      const handed =
        (await resolvesWhile(opened, waited, "must not miss a job that was accepted after the call")) ?? [];
      const [lease, ...others] = handed.length > 0 ? handed : await worker.gather(1);
      assert.ok(lease);
      assert.deepEqual(others, [], "a job is handed over once");
      assert.deepEqual(
        { id: lease.id, body: lease.body, attempt: lease.attempt, crashes: lease.crashes },
        { id: job.id, body: job.body, attempt: 1, crashes: 0 },
        "what is handed over is a lease like any other",
      );
      const another = new SampleWorker(opened, { name: "worker-2" });
      assert.deepEqual(await another.reserve(), [], "a job that is handed over is leased");
      await worker.end(lease, SUCCEEDED);
    }),

    check("resolves for a job of any of its queues", async (opened) => {
      const waited = opened.driver.wait(request({ queues: ["a", "b", "c"] }));
      await opened.advance(STEP_MS);
      await opened.driver.enqueue([sampleJob({ queue: "b" })]);
      await resolvesWhile(opened, waited, "waits for all of its queues");
    }),

    check("resolves for a follow-up job", async (opened) => {
      const other = new SampleWorker(opened, { queues: ["other"] });
      await opened.driver.enqueue([sampleJob({ queue: "other" })]);
      const lease = await other.take();
      await wakes(
        opened,
        () => other.end(lease, { ...SUCCEEDED, follow: [sampleJob()] }),
        "must not miss a job that was accepted after the call, by a settlement too",
      );
    }),

    check("resolves for a scheduled job that comes due", async (opened) => {
      await opened.driver.enqueue([sampleJob({ delayMs: DELAY_MS })]);
      await resolvesWhile(
        opened,
        opened.driver.wait(request({})),
        "must not miss a job that became due after the call",
      );
    }),

    check("resolves for a job that is scheduled after the call and comes due", async (opened) => {
      const worker = new SampleWorker(opened);
      await wakes(
        opened,
        () => opened.driver.enqueue([sampleJob({ delayMs: DELAY_MS })]),
        "must not miss a job that became due after the call",
      );
      await worker.take();
    }),

    check("resolves for a retry that comes due", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      await worker.end(await worker.take(), { to: "retrying", charged: true, delayMs: DELAY_MS });
      await resolvesWhile(
        opened,
        opened.driver.wait(request({})),
        "must not miss a retry that became due after the call",
      );
    }),

    check("resolves for a lease that lapses", async (opened) => {
      const worker = new SampleWorker(opened, { leaseMs: SHORT_LEASE_MS });
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      opened.driver.leaseKeeping?.abandon([lease]);
      await resolvesWhile(opened, opened.driver.wait(request({})), "must not miss a job that lapsed after the call");
      await worker.take();
    }),

    check("resolves for a job that is released", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const lease = await worker.take();
      await wakes(opened, () => worker.end(lease, RELEASED), "resolves when a reservation may find something");
    }),

    check("resolves for a parked job whose task the waiter knows", async (opened) => {
      await opened.driver.enqueue([sampleJob({ task: "rare" })]);
      await new SampleWorker(opened).reserve();
      const waited = opened.driver.wait(request({ tasks: ["rare"] }));
      await resolvesWhile(opened, waited, "resolves when a reservation of these queues and tasks may find something");
    }),

    check("every waiter is woken, or the one that is finds the job", async (opened) => {
      const worker = new SampleWorker(opened);
      const waits = Array.from({ length: 5 }, () => opened.driver.wait(request({ maxMs: 2_000 })));
      await opened.advance(STEP_MS);
      await opened.driver.enqueue([sampleJob()]);
      await resolvesWhile(opened, Promise.race(waits), "must not miss a job that was accepted after the call");
      await worker.take();
      await resolvesWhile(opened, Promise.all(waits), "resolves at the latest after `maxMs`");
    }),

    check("resolves when its signal aborts", async (opened) => {
      const stop = new AbortController();
      const waited = opened.driver.wait(request({ signal: stop.signal }));
      await opened.advance(STEP_MS);
      stop.abort();
      await resolvesWhile(opened, waited, "resolves also when `signal` aborts");
    }),

    check("resolves when its signal has aborted already", async (opened) => {
      const waited = opened.driver.wait(request({ signal: AbortSignal.abort() }));
      await resolvesWhile(opened, waited, "resolves also when `signal` aborts");
    }),

    check("waits again after it was woken", async (opened) => {
      const worker = new SampleWorker(opened);
      for (let round = 0; round < 3; round += 1) {
        await wakes(
          opened,
          () => opened.driver.enqueue([sampleJob()]),
          "must not miss a job that was accepted after the call",
        );
        await worker.end(await worker.take(), SUCCEEDED);
      }
    }),
  ];
}

function request(given: Partial<WaitRequest>): WaitRequest {
  return { queues: ["main"], tasks: ["known"], maxMs: LONG_MS, signal: new AbortController().signal, ...given };
}
