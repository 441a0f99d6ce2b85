import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import { LONG_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { eventually } from "../eventually.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadMaybe, type Recording } from "../recording.ts";
import { sampleJob } from "../sample-job.ts";
import { SUCCEEDED } from "../sample-worker.ts";

/** Records past the end of a process, and as others see them. */
export function recordPersistenceChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("kept records", harness);
  return [
    check(
      "records are the same after reopening",
      async (opened) => {
        const recording = record(opened);
        const [done, running, waiting] = [
          sampleJob({ queue: "a" }),
          sampleJob({ queue: "b" }),
          sampleJob({ delayMs: LONG_MS }),
        ];
        await recording.make([done, running, waiting]);
        const [ref] = await recording.begin([done, running]);
        assert.ok(ref);
        await recording.end(ref, { ...SUCCEEDED, result: "42", trail: "t", notes: "n" });
        await opened.driver.requestCancel([running.id], { recordMs: null, resultMs: null });
        const ids = [done, running, waiting].map(({ id }) => id);
        const before = await opened.driver.load(ids);
        const driver = await demanded(opened.reopen, "harness.reopen")();
        assert.deepEqual(await driver.load(ids), before, "a durable record outlives the process");
        assert.deepEqual(
          before.map((job) => job?.state),
          ["succeeded", "running", "scheduled"],
        );
      },
      "durable",
    ),

    check(
      "one connection reads, watches and cancels what another writes",
      async (opened) => {
        const recording = record(opened);
        const second = await demanded(opened.second, "harness.second")();
        const [done, waiting] = [sampleJob({ queue: "a" }), sampleJob({ delayMs: LONG_MS })];
        await recording.make([done, waiting]);
        let told = 0;
        const watch = second.watch((jobs) => {
          told += jobs.length;
        });
        watch.add([done.id]);
        const [ref] = await recording.begin([done]);
        assert.ok(ref);
        await recording.end(ref, { ...SUCCEEDED, result: "42" });
        assert.equal((await loadMaybe(second, done.id))?.result, "42", "a record is the same for every connection");
        await eventually(opened, "a watch is told of what another connection ends", () =>
          told > 0 ? true : undefined,
        );
        watch.close();
        await second.requestCancel([waiting.id], { recordMs: null, resultMs: null });
        assert.equal((await loadMaybe(opened.driver, waiting.id))?.state, "cancelled");
      },
      "connections",
    ),

    check(
      "records of one namespace are unknown in another",
      async (opened) => {
        const other = await demanded(opened.otherNamespace, "harness.otherNamespace")();
        const job = sampleJob();
        await record(opened).make([job]);
        assert.equal(await loadMaybe(other, job.id), undefined);
        assert.deepEqual(await other.requestCancel([job.id], { recordMs: 0, resultMs: 0 }), [undefined]);
        assert.equal((await loadMaybe(opened.driver, job.id))?.state, "queued");
      },
      "namespaces",
    ),
  ];
}
