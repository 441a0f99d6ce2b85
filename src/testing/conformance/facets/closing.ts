import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import { ClosedError } from "../../../errors/closed-error.ts";
import { LONG_MS, STEP_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { promptly } from "../promptly.ts";
import { resolvesWhile } from "../resolves-while.ts";
import { sampleJobs } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

/** The end of a broker's use. */
export function closingChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("closing", harness);
  return [
    check("enqueue, exchange and wait reject with ClosedError after close", async (opened) => {
      const { driver } = opened;
      await promptly(driver.close(), "close ends");
      const calls: Record<string, () => Promise<unknown>> = {
        enqueue: () => driver.enqueue(sampleJobs(1)),
        exchange: () => driver.exchange({ worker: "worker-1", leaseMs: 1000 }),
        wait: () => driver.wait({ queues: ["main"], tasks: [], maxMs: LONG_MS, signal: new AbortController().signal }),
      };
      for (const [name, call] of Object.entries(calls)) {
        // Called within a function, so that a driver that throws instead of rejecting is told so.
        let answer: Promise<unknown>;
        try {
          answer = call();
        } catch (error) {
          throw new assert.AssertionError({ message: `${name} must reject after close, not throw: ${String(error)}` });
        }
        await assert.rejects(
          promptly(answer, `${name} rejects after close`),
          (error) => error instanceof ClosedError,
          `${name} must reject with ClosedError after close`,
        );
      }
    }),

    check("close is idempotent", async ({ driver }) => {
      await promptly(Promise.all([driver.close(), driver.close()]), "close ends, called twice at once");
      await promptly(driver.close(), "close ends, called again");
    }),

    check("close finishes what is under way", async (opened) => {
      const { driver } = opened;
      await driver.enqueue(sampleJobs(5));
      const jobs = sampleJobs(3);
      const accepted = driver.enqueue(jobs);
      const exchanged = new SampleWorker(opened).exchange({}, 2);
      for (const call of [accepted, exchanged]) call.catch(() => undefined);
      await promptly(driver.close(), "close ends");
      assert.deepEqual(await accepted, ["accepted", "accepted", "accepted"], "close finishes what is under way");
      assert.equal((await exchanged).leases.length, 2, "close finishes what is under way");
    }),

    check("a wait that is under way comes to an end", async (opened) => {
      const waited = opened.driver
        .wait({ queues: ["main"], tasks: ["known"], maxMs: LONG_MS, signal: new AbortController().signal })
        // Whether it resolves or rejects with ClosedError is the driver's choice.
        .catch((error: unknown) => {
          assert.ok(error instanceof ClosedError, "a wait that close ends resolves, or rejects with ClosedError");
        });
      await opened.advance(STEP_MS);
      await promptly(opened.driver.close(), "close ends while somebody waits");
      await resolvesWhile(opened, waited, "close lets go of everything: no wait outlives it");
    }),
  ];
}
