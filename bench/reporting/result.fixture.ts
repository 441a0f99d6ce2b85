import type { Measurement, Result } from "./result.ts";

const machine = { node: "v24", processor: "any", cores: 2, memoryGiB: 8, system: "linux", disk: "ext4" };

/** A result for tests. */
export function resultOf(measurements: readonly Measurement[]): Result {
  return { startedAt: "", machine, quick: false, runs: 3, bases: {}, systems: {}, measurements, failures: [] };
}

/** One figure of one workload, by system, a number for each run. */
export function measured(
  workload: string,
  figure: string,
  values: Readonly<Record<string, readonly number[]>>,
): readonly Measurement[] {
  return Object.entries(values).flatMap(([system, numbers]) =>
    numbers.map((number, at) => ({ run: at + 1, workload, system, figures: { [figure]: number } })),
  );
}
