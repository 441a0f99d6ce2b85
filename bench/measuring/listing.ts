import type { SystemEntry } from "../systems/catalog.ts";
import type { Workload } from "../workloads/workload.ts";
import { unfit } from "./schedule.ts";

/** What there is to measure, for `--list`. */
export function listing(workloads: readonly Workload[], systems: readonly SystemEntry[]): string {
  const width = Math.max(...[...workloads, ...systems].map(({ name }) => name.length)) + 2;
  return [
    "Workloads",
    ...workloads.map(({ name, title }) => `  ${name.padEnd(width)}${title}`),
    "",
    "Systems",
    ...systems.map((system) => {
      const refused = workloads.filter((workload) => unfit(workload, system) !== undefined);
      const without = refused.length === 0 ? "" : `, without ${refused.map(({ name }) => name).join(", ")}`;
      return `  ${system.name.padEnd(width)}${system.kind}, on ${system.base}${without}`;
    }),
  ].join("\n");
}
