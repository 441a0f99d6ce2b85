import assert from "node:assert/strict";
import type { Broker } from "../../../contracts/broker.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness } from "../harness.ts";
import { sampleJob } from "../sample-job.ts";
import { RELEASED, SampleWorker, SUCCEEDED } from "../sample-worker.ts";
import { TEXTS } from "../texts.ts";

/** A driver stores text as it is. */
export function bodyTextChecks(harness: Harness<Broker>): readonly Check[] {
  const check = facet("text", harness);
  return [
    ...Object.entries(TEXTS).map(([name, text]) =>
      check(`a body and a trail come back exactly: ${name}`, async (opened) => {
        const worker = new SampleWorker(opened);
        await opened.driver.enqueue([sampleJob({ body: text })]);
        const first = await worker.take();
        assert.ok(first.body === text, `a body of ${name} came back changed`);
        await worker.end(first, { to: "retrying", charged: true, delayMs: 0, trail: text });
        const second = await worker.take();
        assert.ok(second.body === text, `a body of ${name} came back changed after a retry`);
        assert.ok(second.trail === text, `a trail of ${name} came back changed`);
      }),
    ),

    check("a follow-up's body comes back exactly", async (opened) => {
      const worker = new SampleWorker(opened);
      await opened.driver.enqueue([sampleJob()]);
      const follow = Object.values(TEXTS).map((body) => sampleJob({ body }));
      await worker.end(await worker.take(), { ...SUCCEEDED, follow });
      const leases = await worker.gather(follow.length);
      assert.ok(
        leases.every(({ body }, index) => body === follow[index]?.body),
        "a follow-up's body came back changed",
      );
    }),

    check("ids of 1 to 128 printable ASCII characters name jobs", async (opened) => {
      const worker = new SampleWorker(opened);
      const odd = ["!", "a b", "it's", '"quoted"', "100%_", "a:b{c}*?", "..", "back\\slash", "~".repeat(128), "A", "a"];
      await opened.driver.enqueue(odd.map((id) => sampleJob({ id })));
      const leases = await worker.gather(odd.length);
      assert.deepEqual(
        leases.map(({ id }) => id),
        odd,
      );
      for (const lease of leases) await worker.end(lease, RELEASED);
      assert.equal((await worker.reserve()).length, odd.length);
    }),
  ];
}
