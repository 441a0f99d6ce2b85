import type { SystemEntry } from "../systems/catalog.ts";
import type { Workload } from "../workloads/workload.ts";

/** One measurement to be made. */
export interface Appointment {
  readonly run: number;
  readonly workload: Workload;
  readonly system: SystemEntry;
}

/**
 * All measurements, in an order by which a machine's moods fall on all systems alike: they take turns within a workload,
 * and another one begins in each run.
 */
export function schedule(
  workloads: readonly Workload[],
  systems: readonly SystemEntry[],
  runs: number,
): readonly Appointment[] {
  return Array.from({ length: runs }, (_, at) => at + 1).flatMap((run) =>
    workloads.flatMap((workload) => {
      const fit = systems.filter((system) => unfit(workload, system) === undefined);
      const first = (run - 1) % Math.max(1, fit.length);
      return [...fit.slice(first), ...fit.slice(0, first)].map((system) => ({ run, workload, system }));
    }),
  );
}

/** Why a workload is not measured on a system; `undefined` if it is. */
export function unfit({ needs, concurrency }: Workload, { lacks, onlyConcurrency }: SystemEntry): string | undefined {
  if (needs === "later" && lacks.includes(needs)) return "it delays no jobs";
  if (needs === "call" && lacks.includes(needs)) return "it pushes no results";
  if (concurrency === undefined || onlyConcurrency === undefined || concurrency === onlyConcurrency) return undefined;
  return onlyConcurrency === 1 ? "it runs one job at a time" : `it runs ${onlyConcurrency} jobs at a time`;
}
