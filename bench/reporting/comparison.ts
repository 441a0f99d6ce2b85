import type { Machine } from "./machine.ts";
import { shown } from "./shown.ts";
import { median } from "./statistics.ts";
import { type Column, table } from "./table.ts";

/** One thing measured of two systems, which took turns: the figures of one round stand at the same place. */
export interface Comparison {
  readonly what: string;
  readonly own: readonly number[];
  readonly against: string;
  readonly theirs: readonly number[];
  /** Absent: shown for what it explains, and held to nothing. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

const COLUMNS: readonly Column[] = [
  { head: "what", align: "left" },
  { head: "its own", align: "right" },
  { head: "against", align: "left" },
  { head: "theirs", align: "right" },
  { head: "ratio", align: "right" },
  { head: "target", align: "right" },
  { head: "", align: "left" },
];

/** Medians, and the median of the ratios of each round: a machine's speed drifts less within a round than over a run. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  return table(COLUMNS, comparisons.map(cells));
}

/** What a table was measured on, in a line. */
export function conditionsLine({ node, processor, cores, memoryGiB, system }: Machine, runs: number): string {
  return `Node.js ${node}, ${cores} cores of ${processor}, ${memoryGiB} GiB, ${system}; medians of ${runs} runs, systems in turn.`;
}

function cells({ what, own, against, theirs, target }: Comparison): string[] {
  const ratio = median(own.map((value, at) => value / (theirs[at] ?? Number.NaN)));
  const figures = [what, shown(median(own)), against, shown(median(theirs)), ratio.toFixed(2)];
  if (target === undefined) return [...figures, "", ""];
  const isMet = "atLeast" in target ? ratio >= target.atLeast : ratio <= target.atMost;
  const bound = "atLeast" in target ? `≥ ${shown(target.atLeast)}` : `≤ ${shown(target.atMost)}`;
  return [...figures, bound, isMet ? "met" : "missed"];
}
