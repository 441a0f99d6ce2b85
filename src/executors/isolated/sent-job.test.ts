import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { type Metadata, decodeValue } from "../../core/index.ts";
import { BodyJob } from "./body-job.ts";
import type { SentJob } from "./body-messages.ts";
import { sentJob } from "./sent-job.ts";

const FACTS = { id: '"$1"', task: "$t", queue: "default", attempt: 2, crashes: 1, createdAt: 5, attemptsAllowed: 4 };

function sent(job: Partial<SentJob>, args: readonly unknown[]): unknown {
  const { context } = new BodyJob({ ...FACTS, ...job, args: [] }, 1_000, () => undefined);
  return sentJob(context, args);
}

test("a job goes as text, which gives back exactly what it was", () => {
  const values = fc.array(fc.oneof(fc.jsonValue(), fc.bigInt(), fc.constant("\ud800")));
  fc.assert(
    fc.property(values, fc.dictionary(fc.string(), fc.jsonValue()), (args, meta: Metadata) => {
      const rest = { expireAt: 7, deadline: 9, traceparent: "00-1-2-01" };
      const text = sent({ ...rest, meta }, args);
      assert.ok(typeof text === "string");
      const plainMeta = Object.keys(meta).length === 0 ? {} : { meta: { ...meta } };
      assert.deepEqual(plain(decodeValue(text)), plain({ ...FACTS, ...rest, args, ...plainMeta }));
    }),
  );
});

test("what a schema made of the arguments and has no text goes as an object", () => {
  const args = [new Date(0), new Map([[1, 2]])];
  const job = sent({ meta: { user: "ada" } }, args) as SentJob;
  assert.deepEqual(structuredClone(job).args, args);
  assert.deepEqual(job.meta, { user: "ada" });
  assert.equal(job.attemptsAllowed, 4);
});

/** Objects without a prototype are equal to those with one. */
function plain(value: unknown): unknown {
  return structuredClone(value);
}
