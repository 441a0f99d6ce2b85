import type { BaseKind } from "../bases/base.ts";
import type { Machine } from "./machine.ts";
import { median } from "./statistics.ts";

/** Everything that one call of the benchmark found out. */
export interface Result {
  readonly startedAt: string;
  readonly machine: Machine;
  /** A tenth of the jobs: enough to see that all runs, too little to quote. */
  readonly quick: boolean;
  readonly runs: number;
  /** Version and durability of what the systems stand on. */
  readonly bases: Partial<Record<BaseKind, string>>;
  /** How each system was driven. */
  readonly systems: Readonly<Record<string, string>>;
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
}

export interface Measurement {
  readonly run: number;
  readonly workload: string;
  readonly system: string;
  /** `null` is what could not be told. */
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface Failure {
  readonly run: number;
  readonly workload: string;
  readonly system: string;
  readonly reason: string;
}

/** Names one number of a result. */
export interface FigureRef {
  readonly system: string;
  readonly workload: string;
  readonly figure: string;
}

/** A figure in each run, by the number of the run. */
export function figureByRun({ measurements }: Result, { system, workload, figure }: FigureRef): Map<number, number> {
  const found = new Map<number, number>();
  for (const measurement of measurements) {
    if (measurement.system !== system || measurement.workload !== workload) continue;
    const value = measurement.figures[figure];
    if (typeof value === "number") found.set(measurement.run, value);
  }
  return found;
}

/** A figure's median over the runs; NaN where there is none. */
export function figureOf(result: Result, ref: FigureRef): number {
  return median([...figureByRun(result, ref).values()]);
}
