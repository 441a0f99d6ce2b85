import { say } from "./screen.ts";
import { grouped, paint, seconds } from "./text.ts";
import type { Totals, Verdict } from "./verdict.ts";

/** How long things took. */
export interface Times {
  /** From the first send to the last result, the recovery from the kill included. */
  readonly totalMs: number;
  /** From the first send to the kill, and how many jobs were done by then. */
  readonly untilKillMs: number;
  readonly doneAtKill: number;
  /** From send to result, each job, unsorted. */
  readonly tookMs: readonly number[];
}

const LABEL = 42;
const COLUMN = 18;

/** Prints the two tables, and whether all is right. */
export function printReport(result: Verdict, times: Times): void {
  const { sent, succeeded, runAgain, lost, byJobs, directly, problems } = result;
  const sorted = times.tookMs.toSorted((a, b) => a - b);
  say("");
  row("sent", grouped(sent));
  row("succeeded", grouped(succeeded));
  row("run again because of the kill", grouped(runAgain));
  row("lost", grouped(lost));
  row("jobs/s, two workers, until the kill", grouped((times.doneAtKill / times.untilKillMs) * 1000));
  row("jobs/s, whole run with the recovery", grouped((sent / times.totalMs) * 1000));
  row("send to result, p50", `${grouped(quantile(sorted, 0.5))} ms`);
  row("send to result, p99", `${grouped(quantile(sorted, 0.99))} ms`);
  row("send to result, longest", `${grouped(sorted.at(-1) ?? 0)} ms`);
  say("");
  say(paint("dim", `  ${"".padEnd(12)}${"by the jobs".padStart(COLUMN)}${"counted directly".padStart(COLUMN + 2)}`));
  for (const name of ["files", "lines", "words", "bytes", "sha256"] as const) compared(name, byJobs, directly);
  say("");
  if (problems.length === 0) {
    say(`  ${paint("green", "✓")} Nothing lost, and every total agrees. ${paint("dim", seconds(times.totalMs))}`);
    return;
  }
  for (const problem of problems.slice(0, 10)) say(`  ${paint("red", "✗")} ${problem}`);
  if (problems.length > 10) say(`    and ${problems.length - 10} more`);
}

function row(label: string, value: string): void {
  say(`  ${label.padEnd(LABEL)}${paint("bold", value.padStart(10))}`);
}

function compared(name: keyof Totals, byJobs: Totals, directly: Totals): void {
  const [one, other] = [shown(byJobs[name]), shown(directly[name])];
  const mark = one === other ? paint("green", "=") : paint("red", "≠");
  say(`  ${name.padEnd(12)}${one.padStart(COLUMN)} ${mark}${other.padStart(COLUMN)}`);
}

function shown(value: number | string): string {
  return typeof value === "number" ? grouped(value) : value;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
