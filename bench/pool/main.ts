import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { shortOptions } from "../measuring/short-options.ts";
import { type Comparison, comparisonTable, conditionsLine } from "../reporting/comparison.ts";
import { thisMachine } from "../reporting/machine.ts";
import { shown } from "../reporting/shown.ts";
import { median } from "../reporting/statistics.ts";
import { table } from "../reporting/table.ts";
import { BESIDE, CLAIMS } from "./claims.ts";
import type { Measurement } from "./run-one.ts";

/*
 * Measures what claims.ts names: a million tasks that do nothing, 50 at a time. Systems take turns, each run in a process
 * of its own. `--runs 5`, `--out FILE` for the Markdown.
 */
const CONCURRENCY = 50;
const MILLION = 1_000_000;
const ENTRY = fileURLToPath(new URL("run-one.ts", import.meta.url));

const { runs, only, out } = shortOptions();
const claims = CLAIMS.filter(({ what, ours }) => `${what} ${ours}`.includes(only));
const claimed = new Map(
  claims.flatMap(({ ours, against, count = MILLION }) => [[ours, count] as const, [against, count] as const]),
);
const systems = [...Array.from(claimed, ([name, count]) => ({ name, count })), ...(only === "" ? BESIDE : [])];

const results = new Map<string, Measurement[]>(systems.map(({ name }) => [name, []]));
for (let run = 1; run <= runs; run += 1) {
  for (const { name, count } of systems) {
    process.stderr.write(`run ${run} of ${runs}: ${name}\n`);
    results.get(name)?.push(measure(name, count));
  }
}

const report = [
  `${conditionsLine(thisMachine(), runs)} Tasks that do nothing, ${CONCURRENCY} at a time; tasks/s, or MiB at the peak.`,
  comparisonTable(claims.map(comparison)),
  all(),
].join("\n\n");
console.log(report);
if (out !== undefined) writeFileSync(out, `${report}\n`);

function comparison({ what, ours, against, figure, target }: (typeof CLAIMS)[number]): Comparison {
  const figures = (name: string): number[] => (results.get(name) ?? []).map((each) => each[figure]);
  return {
    what,
    own: figures(ours),
    against,
    theirs: figures(against),
    target: figure === "perSecond" ? { atLeast: target } : { atMost: target },
  };
}

function all(): string {
  const [left, right] = ["left", "right"] as const;
  const heads = ["system", "tasks", "tasks/s", "CPU µs each", "MiB, all waiting", "MiB, peak"];
  return table(
    heads.map((head, at) => ({ head, align: at === 0 ? left : right })),
    systems.map(({ name, count }) => {
      const of = (figure: keyof Measurement): string =>
        shown(median((results.get(name) ?? []).map((each) => each[figure])));
      return [name, shown(count), of("perSecond"), of("cpuUs"), of("waitingMiB"), of("peakMiB")];
    }),
  );
}

function measure(name: string, count: number): Measurement {
  const output = execFileSync(process.execPath, [ENTRY, name, String(count), String(CONCURRENCY)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output) as Measurement;
}
