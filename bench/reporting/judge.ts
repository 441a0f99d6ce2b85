import type { Claim } from "../claims.ts";
import { workloadNamed } from "../workloads/catalog.ts";
import { type Result, figureByRun } from "./result.ts";
import { median } from "./statistics.ts";

export interface Verdict {
  readonly claim: Claim;
  /** Median over the runs of Millrace's own figure. */
  readonly own: number;
  /** Median over the runs of its ratio to the best of the others; absent where it stands for itself. */
  readonly ratio?: number;
  readonly met: boolean;
}

/** Judges a claim by a result; `undefined` when the result does not have the figures. */
export function judge(claim: Claim, result: Result): Verdict | undefined {
  const { system, workload, figure, against, theirWorkload = workload, atLeast, atMost } = claim;
  const ours = figureByRun(result, { system, workload, figure });
  const own = median([...ours.values()]);
  if (Number.isNaN(own)) return undefined;
  const holds = (value: number): boolean => value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  if (against === undefined) return { claim, own, met: holds(own) };
  const best = better(claim) === "more" ? Math.max : Math.min;
  const others = against.map((other) => figureByRun(result, { system: other, workload: theirWorkload, figure }));
  // The ratio of each run, since the machine's speed drifts less within one than between them.
  const ratios = [...ours].flatMap(([run, value]) => {
    const theirs = others.flatMap((byRun) => byRun.get(run) ?? []);
    return theirs.length === 0 ? [] : [value / best(...theirs)];
  });
  if (ratios.length === 0) return undefined;
  const ratio = median(ratios);
  return { claim, own, ratio, met: holds(ratio) };
}

function better({ workload, figure }: Claim): "more" | "less" {
  const found = workloadNamed(workload).figures.find(({ name }) => name === figure);
  if (found === undefined) throw new Error(`the workload "${workload}" has no figure "${figure}"`);
  return found.better;
}
