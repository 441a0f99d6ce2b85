import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "vitest";
import { published } from "./published.ts";
import { measured, resultOf } from "./result.fixture.ts";
import type { Result } from "./result.ts";

const docs = new URL("../../docs/", import.meta.url);
const latest = new URL("../results/latest.json", import.meta.url);
const document = readFileSync(new URL("benchmarks.md", docs), "utf8");

const result = resultOf([
  ...measured("drain-100", "perSecond", { "millrace-redis": [4_000], "bullmq-redis": [1_000] }),
  ...measured("idle", "workerCpuPercent", { "millrace-redis": [0.5] }),
]);

test("a bar is as long as its figure beside the longest, and says it", () => {
  const svg = published(document, result).charts["benchmarks-redis.svg"] ?? "";
  const width = (kind: string): number => Number(new RegExp(`class="${kind}"[^>]* width="(\\d+)"`).exec(svg)?.[1]);
  assert.ok(Math.abs(width("millrace") / width("peer") - 4) < 0.1);
  assert.match(svg, />4,000</);
  assert.match(svg, />bullmq-redis</);
});

test("only what stands on a base and was measured is drawn", () => {
  const { charts } = published(document, result);
  assert.deepEqual(Object.keys(charts), ["benchmarks-redis.svg"]);
  assert.doesNotMatch(charts["benchmarks-redis.svg"] ?? "", /bee-queue|idle/i);
});

test("a result takes the place of the one before, and nothing else changes", () => {
  const once = published(document, result).document;
  assert.match(once, /benchmarks-redis\.svg/);
  assert.match(once, /drain at 100 +\| +4,000 \| bullmq-redis +\| +4\.00 \| +≥ 5 \| \*\*missed\*\*/);
  assert.equal(published(once, result).document, once);
  assert.doesNotMatch(published(once, resultOf([])).document, /benchmarks-redis\.svg/);
  assert.throws(() => published("# Another document", result), /has no/);
});

test.runIf(existsSync(latest))("what the document shows is the latest result", () => {
  const shown = published(document, JSON.parse(readFileSync(latest, "utf8")) as Result);
  assert.equal(shown.document, document);
  for (const [file, svg] of Object.entries(shown.charts)) assert.equal(readFileSync(new URL(file, docs), "utf8"), svg);
});
