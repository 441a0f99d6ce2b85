import type { Attempt, JobRecord, StoredError } from "../core/index.ts";
import { stateText } from "./state-style.ts";
import { type Cell, table } from "./table.ts";
import { terminal } from "./terminal.ts";
import { iso, lengthOf, relative } from "./times.ts";
import { valueLine, valueText } from "./value-text.ts";
import { visible, visibleLines } from "./visible.ts";

const LABEL = 11;

/** Everything about one job, as lines for people. */
export function jobPage(
  job: JobRecord,
  { now = Date.now(), stacks = false }: { now?: number; stacks?: boolean } = {},
): string[] {
  const facts: [string, string | undefined][] = [
    ["queue", `${visible(job.queue)}${job.priority === 0 ? "" : ` · priority ${job.priority}`}`],
    ["arguments", job.args.length === 0 ? "none" : job.args.map(valueLine).join(", ")],
    ["sent", moment(job.createdAt, now)],
    ["due", job.isFinal ? undefined : moment(job.runAt, now)],
    ["expires", job.isFinal ? undefined : moment(job.expireAt, now)],
    ["started", started(job, now)],
    ["finished", finished(job, now)],
    ["worker", job.worker === undefined ? undefined : visible(job.worker)],
    ["crashes", job.crashes === 0 ? undefined : `${job.crashes}: its worker died, or lost its lease`],
    ["cancel", job.cancelRequested && !job.isFinal ? "requested; the task has been told" : undefined],
    ["progress", job.progress === undefined ? undefined : valueLine(job.progress)],
    ["result", resultOf(job)],
    ["error", job.error === undefined ? undefined : errorText(job.error, stacks)],
  ];
  return [
    `${stateText(job.state)}  ${terminal.paint("bold", visible(job.task))}  ${visible(job.id)}`,
    "",
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : fact(name, text))),
    ...logLines(job, now),
    ...attemptLines(job.attempts, now),
  ];
}

function fact(name: string, text: string): string[] {
  const [first = "", ...rest] = text.split("\n");
  const indent = " ".repeat(LABEL + 2);
  return [`  ${terminal.paint("dim", name.padEnd(LABEL))}${first}`, ...rest.map((line) => indent + line)];
}

function moment(at: number | undefined, now: number): string | undefined {
  return at === undefined ? undefined : `${relative(at, now)} ${terminal.paint("dim", `· ${iso(at)}`)}`;
}

function started({ state, startedAt, attempt }: JobRecord, now: number): string | undefined {
  if (startedAt === undefined) return undefined;
  return `${moment(startedAt, now)}${attempt > 1 || state === "running" ? ` · attempt ${attempt}` : ""}`;
}

function finished({ finishedAt, startedAt, createdAt }: JobRecord, now: number): string | undefined {
  if (finishedAt === undefined) return undefined;
  const ran = startedAt === undefined ? "" : ` · ran ${lengthOf(finishedAt - startedAt)}`;
  return `${moment(finishedAt, now)}${ran} · ${lengthOf(finishedAt - createdAt)} in all`;
}

function resultOf({ state, result, resultGone }: JobRecord): string | undefined {
  if (state !== "succeeded") return undefined;
  return resultGone ? "not kept" : valueText(result);
}

function errorText({ name, message, code, stack, cause }: StoredError, stacks: boolean): string {
  const head = `${name}${code === undefined ? "" : ` (${code})`}: ${message}`;
  const text = stacks && stack !== undefined ? `${head}\n${stack}` : head;
  return visibleLines(text) + (cause === undefined ? "" : `\ncaused by ${errorText(cause, stacks)}`);
}

function logLines({ log }: JobRecord, now: number): string[] {
  if (log.length === 0) return [];
  const lines = log.map(({ at, message }) => `    ${terminal.paint("dim", relative(at, now))}  ${visible(message)}`);
  return [`  ${terminal.paint("dim", "log")}`, ...lines];
}

function attemptLines(attempts: readonly Attempt[], now: number): string[] {
  if (attempts.length === 0) return [];
  const rows = attempts.map(({ number, startedAt, endedAt, worker, outcome, error }): Cell[] => [
    { text: String(number) },
    { text: relative(startedAt, now) },
    { text: lengthOf(endedAt - startedAt) },
    { text: outcome, paint: outcome === "succeeded" ? "green" : "red" },
    { text: visible(worker) },
    { text: error === undefined ? "" : visible(`${error.name}: ${error.message}`) },
  ]);
  const columns = [
    { title: "ATTEMPT", align: "right" as const },
    { title: "STARTED" },
    { title: "RAN", align: "right" as const },
    { title: "OUTCOME" },
    { title: "WORKER", least: 8 },
    { title: "ERROR", least: 10 },
  ];
  return ["", ...table(columns, rows, "  ")];
}
