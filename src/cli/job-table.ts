import type { JobRecord } from "../core/index.ts";
import { paintOf } from "./state-style.ts";
import { type Cell, type Column, table } from "./table.ts";
import { relative } from "./times.ts";
import { valueLine } from "./value-text.ts";
import { visible } from "./visible.ts";

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "TASK", least: 10 },
  { title: "QUEUE", least: 5 },
  { title: "STATE" },
  { title: "TRIES", align: "right", least: 0 },
  { title: "SENT", least: 0 },
  { title: "", least: 0 },
];

/** Longer ones are cut even where there is no terminal: `status` shows them whole. */
const LONGEST_REMARK = 200;

/** One line a job, newest first. */
export function jobTable(jobs: readonly JobRecord[], now: number = Date.now()): string[] {
  return table(
    COLUMNS,
    jobs.map((job) => row(job, now)),
  );
}

function row(job: JobRecord, now: number): Cell[] {
  return [
    { text: visible(job.id) },
    { text: visible(job.task), paint: "bold" },
    { text: visible(job.queue) },
    { text: job.state, paint: paintOf(job.state) },
    { text: job.attempt === 0 ? "" : String(job.attempt) },
    { text: relative(job.createdAt, now) },
    { text: remark(job, now), paint: "dim" },
  ];
}

/** What there is to say of it in a few words. */
function remark(job: JobRecord, now: number): string {
  if (job.error !== undefined) {
    const due = job.state === "retrying" && job.runAt !== undefined ? `${relative(job.runAt, now)} · ` : "";
    return short(`${due}${job.error.name}: ${job.error.message}`);
  }
  if (job.state === "succeeded") return job.resultGone ? "result not kept" : short(`= ${valueLine(job.result)}`);
  if (job.state === "scheduled" && job.runAt !== undefined) return relative(job.runAt, now);
  if (job.state === "running" && job.progress !== undefined) return short(valueLine(job.progress));
  return "";
}

function short(text: string): string {
  const line = visible(text);
  return line.length <= LONGEST_REMARK ? line : `${line.slice(0, LONGEST_REMARK)}…`;
}
