import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import { ClosedError } from "../../../errors/closed-error.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { promptly } from "../promptly.ts";
import { sampleJob } from "../sample-job.ts";

const FOREVER = { recordMs: null, resultMs: null };

/** The end of a backend's use. */
export function backendClosingChecks(harness: Harness<Backend>): readonly Check[] {
  const check = facet("closing the backend", harness);
  return [
    check("load, requestCancel, purge and inspection reject with ClosedError after close", async ({ driver }) => {
      const { inspection } = driver;
      await promptly(driver.close(), "close ends");
      const calls: Record<string, () => Promise<unknown>> = {
        load: () => driver.load(["a"]),
        requestCancel: () => driver.requestCancel(["a"], FOREVER),
        purge: () => driver.purge(1),
        ...(inspection && {
          list: () => inspection.list({ limit: 1 }),
          counts: () => inspection.counts(),
          replay: () => inspection.replay(["a"]),
          removeDead: () => inspection.removeDead(undefined, 1),
        }),
      };
      for (const [name, call] of Object.entries(calls)) {
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

    check("close is idempotent, with a watch open", async ({ driver }) => {
      const watch = driver.watch(() => undefined);
      watch.add(["nobody"]);
      await promptly(Promise.all([driver.close(), driver.close()]), "close ends, called twice at once");
      await promptly(driver.close(), "close ends, called again");
      watch.close();
    }),

    check("no watch speaks after close", async (opened) => {
      let late = 0;
      let closed = false;
      const watch = opened.driver.watch(() => {
        if (closed) late += 1;
      });
      watch.add([sampleJob().id]);
      await promptly(opened.driver.close(), "close ends");
      closed = true;
      await opened.advance(100);
      assert.equal(late, 0, "close lets go of everything: no watch outlives it");
    }),
  ];
}
