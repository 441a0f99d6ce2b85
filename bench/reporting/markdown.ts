import { CLAIMS } from "../claims.ts";
import { SYSTEMS } from "../systems/catalog.ts";
import { WORKLOADS } from "../workloads/catalog.ts";
import type { Workload } from "../workloads/workload.ts";
import { type Verdict, judge } from "./judge.ts";
import { type Result, figureOf } from "./result.ts";
import { shown } from "./shown.ts";
import { type Column, table } from "./table.ts";

const CLAIM_COLUMNS: readonly Column[] = [
  { head: "of", align: "left" },
  { head: "what", align: "left" },
  { head: "its own", align: "right" },
  { head: "beside", align: "left" },
  { head: "ratio", align: "right" },
  { head: "target", align: "right" },
  { head: "", align: "left" },
];

/** A result as a document: what was measured on what, the claims, and a table for each workload. */
export function toMarkdown(result: Result): string {
  return [
    "# Result of the benchmark",
    ...(result.quick ? ["**Quick: a tenth of the jobs. Not to be quoted.**"] : []),
    conditions(result),
    ...claims(result),
    ...WORKLOADS.flatMap((workload) => figures(workload, result)),
    ...failures(result),
  ]
    .join("\n\n")
    .concat("\n");
}

/** What was measured on what, and how. */
export function conditions({ startedAt, machine, runs, bases, systems }: Result): string {
  const { node, processor, cores, memoryGiB, system, disk } = machine;
  return [
    `- ${startedAt}; medians of ${runs} ${runs === 1 ? "run" : "runs"}, systems in turn, each measurement in a process of its own on a new and empty base`,
    `- ${cores} cores of ${processor}, ${memoryGiB} GiB, ${system}, Node.js ${node}, files on ${disk}`,
    ...Object.values(bases).map((about) => `- ${about}`),
    ...SYSTEMS.flatMap(({ name }) => (systems[name] === undefined ? [] : [`- **${name}**: ${systems[name]}`])),
  ].join("\n");
}

function claims(result: Result): string[] {
  const targets = claimsTable(result);
  return targets === undefined ? [] : ["## Targets", targets];
}

/** What becomes of each claim for which the result has the figures; `undefined` if that is none. */
export function claimsTable(result: Result): string | undefined {
  const verdicts = CLAIMS.map((claim) => judge(claim, result)).filter((verdict) => verdict !== undefined);
  if (verdicts.length === 0) return undefined;
  return table(CLAIM_COLUMNS, verdicts.map(claimCells));
}

function claimCells({ claim, own, ratio, met }: Verdict): string[] {
  const { system, what, against, theirWorkload, atLeast, atMost } = claim;
  const others = against?.join(", ") ?? "";
  const beside = theirWorkload === undefined ? others : `${others} (${theirWorkload})`;
  const target = atLeast === undefined ? `≤ ${String(atMost)}` : `≥ ${atLeast}`;
  return [system, what, shown(own), beside, ratio?.toFixed(2) ?? "", target, met ? "met" : "**missed**"];
}

function figures({ name: workload, title, figures }: Workload, result: Result): string[] {
  const measured = SYSTEMS.filter(({ name }) =>
    result.measurements.some((one) => one.system === name && one.workload === workload),
  );
  if (measured.length === 0) return [];
  const rows = measured.map(({ name: system }) => [
    system,
    ...figures.map(({ name: figure }) => shown(figureOf(result, { system, workload, figure }))),
  ]);
  const columns = figures.map(({ title }): Column => ({ head: title, align: "right" }));
  return [`## ${title}`, table([{ head: "", align: "left" }, ...columns], rows)];
}

function failures({ failures }: Result): string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(
    ({ run, workload, system, reason }) => `- ${workload}, ${system}, run ${run}: ${reason.replaceAll(/\s+/g, " ")}`,
  );
  return ["## What failed", lines.join("\n")];
}
