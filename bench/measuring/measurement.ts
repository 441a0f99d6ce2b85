import type { BaseAddress } from "../bases/base.ts";
import type { Figures } from "../workloads/workload.ts";

/** What a measurement's process is told. */
export interface MeasurementPlan {
  readonly system: string;
  readonly workload: string;
  readonly base: BaseAddress;
  readonly quick: boolean;
}

/** What it tells: what it measured, or why it could not. */
export type MeasurementReport = Measured | { readonly problem: string };

export interface Measured {
  /** How the system was driven. */
  readonly about: string;
  readonly figures: Figures;
}
