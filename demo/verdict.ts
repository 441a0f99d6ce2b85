import { createHash } from "node:crypto";
import type { JobRecord } from "../src/index.ts";
import type { FileCount } from "./count-file.ts";
import { directCount } from "./direct-count.ts";

/** One file, what was counted directly, and what became of its job. */
export interface Counted {
  readonly path: string;
  readonly direct: FileCount;
  /** Absent: the job never became final, or nobody knows it. */
  readonly record: JobRecord | undefined;
  /** From the call of `send` to the result in the sender's hands. */
  readonly tookMs: number;
}

export interface Totals {
  readonly files: number;
  readonly lines: number;
  readonly words: number;
  readonly bytes: number;
  /** Of all hashes, in the order of the files. */
  readonly sha256: string;
}

export interface Verdict {
  readonly sent: number;
  readonly succeeded: number;
  readonly runAgain: number;
  readonly lost: number;
  readonly byJobs: Totals;
  readonly directly: Totals;
  /** What is wrong; empty when all is right. */
  readonly problems: readonly string[];
}

/** Holds what the jobs returned against the direct count. */
export function verdict(counted: readonly Counted[]): Verdict {
  const checked = counted.map(withPresentCount);
  const succeeded = checked.filter(({ record }) => record?.state === "succeeded");
  const runAgain = checked.filter(({ record }) => (record?.crashes ?? 0) > 0).length;
  const lost = checked.filter(({ record }) => record === undefined || !record.isFinal).length;
  const problems: string[] = [];
  if (lost > 0) problems.push(`${lost} jobs were lost`);
  if (runAgain === 0) problems.push("no job was run again: the killed worker held none");
  for (const { path, record, direct } of checked) {
    if (record?.state === "succeeded" && !same(resultOf(record), direct)) problems.push(`${path}: the counts differ`);
    else if (record !== undefined && record.state !== "succeeded") {
      problems.push(`${path}: ${record.state}, ${record.error?.message ?? "for no stored reason"}`);
    }
  }
  return {
    sent: counted.length,
    succeeded: succeeded.length,
    runAgain,
    lost,
    byJobs: totals(succeeded.flatMap(({ record }) => (record === undefined ? [] : resultOf(record)))),
    directly: totals(checked.map(({ direct }) => direct)),
    problems,
  };
}

/** A file that was edited while the demo ran is counted again, as the job found it. */
function withPresentCount(entry: Counted): Counted {
  const { record, direct, path } = entry;
  if (record?.state !== "succeeded" || same(resultOf(record), direct)) return entry;
  return { ...entry, direct: directCount(path) };
}

function resultOf(record: JobRecord): FileCount {
  return record.result as FileCount;
}

function same(one: FileCount, other: FileCount): boolean {
  return (
    one.lines === other.lines && one.words === other.words && one.bytes === other.bytes && one.sha256 === other.sha256
  );
}

function totals(counts: readonly FileCount[]): Totals {
  const sum = (of: (count: FileCount) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const hash = createHash("sha256");
  for (const { sha256 } of counts) hash.update(sha256);
  return {
    files: counts.length,
    lines: sum(({ lines }) => lines),
    words: sum(({ words }) => words),
    bytes: sum(({ bytes }) => bytes),
    sha256: hash.digest("hex").slice(0, 16),
  };
}
