import { paintOf } from "../state-style.ts";
import { type Cell, type Column, table } from "../table.ts";
import { terminal } from "../terminal.ts";
import { clockTime, lengthOf } from "../times.ts";
import { visible } from "../visible.ts";
import type { LoadReport, QueueLoad, WorkerLoad } from "./load-report.ts";

const QUEUE_COLUMNS: readonly Column[] = [
  { title: "QUEUE", least: 8 },
  { title: "QUEUED", align: "right" },
  { title: "LATER", align: "right" },
  { title: "RUNNING", align: "right" },
  { title: "DONE/S", align: "right" },
  { title: "FAILED/S", align: "right" },
  { title: "DEAD", align: "right" },
];
const WORKER_COLUMNS: readonly Column[] = [
  { title: "WORKER", least: 12 },
  { title: "SLOTS", align: "right" },
  { title: "RUNNING", align: "right" },
  { title: "LONGEST", align: "right" },
  { title: "TASKS", least: 8 },
];
/** Heading, sums, latencies and the empty lines between. */
const OTHER_LINES = 10;

/** The report as lines that fit the terminal, in width and height. */
export function loadView(report: LoadReport, store: string): string[] {
  const room = Math.max(4, (terminal.height ?? Number.POSITIVE_INFINITY) - OTHER_LINES);
  const workers = Math.min(report.workers.length, Math.max(1, Math.floor(room / 3)));
  return [
    `${terminal.paint("bold", "millrace top")} ${terminal.paint("dim", `· ${visible(store)} · ${clockTime(new Date(report.at))}`)}`,
    sums(report.queues),
    "",
    ...cut(report.queues, room - workers, "queues", (queues) => table(QUEUE_COLUMNS, queues.map(queueRow))),
    "",
    latencyLine(report),
    "",
    ...(report.workers.length === 0
      ? [terminal.paint("dim", "no worker is known, and no job runs")]
      : cut(report.workers, workers, "workers", (shown) => table(WORKER_COLUMNS, shown.map(workerRow)))),
  ];
}

function sums(queues: readonly QueueLoad[]): string {
  const total = (of: (queue: QueueLoad) => number): number => queues.reduce((sum, queue) => sum + of(queue), 0);
  const queued = total(({ counts }) => counts.queued ?? 0);
  const running = total(({ counts }) => counts.running ?? 0);
  const done = total(({ donePerSecond }) => donePerSecond);
  const dead = total(({ counts }) => counts.failed ?? 0);
  return `${count(queued)} queued · ${count(running)} running · ${rate(done)} done/s · ${count(dead)} dead letter${dead === 1 ? "" : "s"}`;
}

function queueRow({ queue, counts, paused, donePerSecond, failedPerSecond }: QueueLoad): Cell[] {
  const later = (counts.scheduled ?? 0) + (counts.retrying ?? 0) + (counts.blocked ?? 0);
  return [
    { text: `${visible(queue)}${paused ? " (paused)" : ""}`, paint: paused ? "yellow" : "bold" },
    number(counts.queued ?? 0, paintOf("queued")),
    number(later, paintOf("scheduled")),
    number(counts.running ?? 0, paintOf("running")),
    { text: rate(donePerSecond), paint: donePerSecond === 0 ? "dim" : paintOf("succeeded") },
    { text: rate(failedPerSecond), paint: failedPerSecond === 0 ? "dim" : paintOf("failed") },
    number(counts.failed ?? 0, paintOf("failed")),
  ];
}

function number(value: number, paint: NonNullable<Cell["paint"]>): Cell {
  return { text: count(value), paint: value === 0 ? "dim" : paint };
}

function workerRow({ worker, slots, running, longestMs, tasks }: WorkerLoad): Cell[] {
  return [
    { text: visible(worker), paint: "bold" },
    { text: slots === undefined ? "?" : count(slots) },
    number(running, paintOf("running")),
    { text: running === 0 ? "" : lengthOf(longestMs) },
    { text: visible(tasks.join(", ")), paint: "dim" },
  ];
}

function latencyLine({ latency }: LoadReport): string {
  if (latency === undefined) return terminal.paint("dim", "no job that succeeded at once is kept");
  const { jobs, waited, ran } = latency;
  const of = (name: string, { p50, p99 }: { p50: number; p99: number }): string =>
    `${name} ${lengthOf(p50)} (p99 ${lengthOf(p99)})`;
  return `latest ${jobs}: ${of("waited", waited)} · ${of("ran", ran)}`;
}

/** As many entries as there is room for, and a line about the rest. */
function cut<T>(
  entries: readonly T[],
  room: number,
  noun: string,
  lines: (entries: readonly T[]) => string[],
): string[] {
  if (entries.length <= room) return lines(entries);
  return [...lines(entries.slice(0, room)), terminal.paint("dim", `… ${entries.length - room} more ${noun}`)];
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function rate(value: number): string {
  return value >= 100 ? count(Math.round(value)) : value.toFixed(1);
}
