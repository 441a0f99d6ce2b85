import assert from "node:assert/strict";
import type { Backend } from "../../../contracts/backend.ts";
import type { Check } from "../check.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";
import { loadOne, type Recording } from "../recording.ts";
import { sampleJob } from "../sample-job.ts";
import { SUCCEEDED } from "../sample-worker.ts";
import { TEXTS } from "../texts.ts";

/** A record's texts come back as they were given. */
export function recordTextChecks<D extends Backend>(
  harness: Harness<D>,
  record: (opened: Opened<D>) => Recording,
): readonly Check[] {
  const check = facet("stored text", harness);
  return Object.entries(TEXTS).map(([name, text]) =>
    check(`body, result, error, trail and notes come back exactly: ${name}`, async (opened) => {
      const recording = record(opened);
      const [good, bad] = [sampleJob({ body: text }), sampleJob({ body: text })];
      await recording.make([good, bad]);
      const [first, second] = await recording.begin([good, bad]);
      assert.ok(first && second);
      await recording.end(first, { ...SUCCEEDED, result: text, trail: text, notes: text });
      await recording.end(second, { ...SUCCEEDED, to: "failed", error: text });
      const [succeeded, failed] = [await loadOne(opened.driver, good.id), await loadOne(opened.driver, bad.id)];
      // Compared by ===, so that a failure does not print a mebibyte.
      for (const field of ["body", "result", "trail", "notes"] as const) {
        assert.ok(succeeded[field] === text, `${field} came back changed: ${name}`);
      }
      assert.ok(failed.error === text && failed.body === text, `error came back changed: ${name}`);
    }),
  );
}
