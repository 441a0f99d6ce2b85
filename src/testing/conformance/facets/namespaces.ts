import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob } from "../sample-job.ts";
import { SampleWorker } from "../sample-worker.ts";

/** Two apps on one system never meet. */
export function namespaceChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("namespaces", harness);
  return [
    check(
      "jobs of one namespace are unknown in another",
      async (opened) => {
        const driver = await demanded(opened.otherNamespace, "harness.otherNamespace")();
        const other = { ...opened, driver };
        const job = sampleJob();
        await opened.driver.enqueue([job]);
        assert.deepEqual(await new SampleWorker(other).reserve(), [], "another namespace's jobs are not reserved");
        const same = { ...job, body: "theirs" };
        assert.deepEqual(await driver.enqueue([same]), ["accepted"], "ids are unique in a namespace, not beyond it");
        assert.equal((await new SampleWorker(opened).take()).body, job.body);
        const theirs = await new SampleWorker(other).take();
        assert.equal(theirs.body, "theirs");
        const mine = new SampleWorker(opened);
        await mine.end(theirs, { to: "retrying", charged: false, delayMs: 3_600_000 });
        assert.equal(
          await new SampleWorker(other).extend(theirs),
          "kept",
          "a settlement reaches its own namespace alone",
        );
      },
      "namespaces",
    ),
  ];
}
