import type { Stage } from "../measuring/stage.ts";
import type { Ability } from "../systems/catalog.ts";

/** Something that is measured of every system in the same way. One file each. */
export interface Workload {
  readonly name: string;
  /** In reports. */
  readonly title: string;
  readonly figures: readonly Figure[];
  /** What a system must be able to do. */
  readonly needs?: Ability;
  /** How many jobs run at a time, where the workload is about that. */
  readonly concurrency?: number;
  readonly measure: (stage: Stage) => Promise<Figures>;
}

/** What a workload yields. */
export interface Figure {
  readonly name: string;
  /** In reports, with its unit. */
  readonly title: string;
  readonly better: "more" | "less";
}

/** By the names of figures; NaN for what could not be told. */
export type Figures = Readonly<Record<string, number>>;

/** 100 bytes. */
export const PAYLOAD: string = "x".repeat(100);
