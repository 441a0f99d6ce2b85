import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { CLAIMS, FIGURES } from "./claims.ts";

/*
 * Measures everything in claims.ts: systems in turn, each run in a process of its own, `--runs` times (default 5), and
 * prints medians and ratios as Markdown. `--json FILE` keeps them as JSON; `--only WORD` measures the claims that have it.
 */
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const runs = Number(option("runs") ?? 5);
const only = option("only") ?? "";
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const results: object[] = [];
const abouts = new Set<string>();
const [cpu] = cpus();

console.log(`Node ${process.version}, SQLite ${process.versions["sqlite"]}, ${cpus().length} × ${cpu?.model ?? "?"},`);
console.log(
  `${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${release()}; medians of ${runs} runs, systems in turn\n`,
);
console.log("| what | Millrace, jobs/s | against | jobs/s | ratio | target | |");
console.log("|---|---:|---|---:|---:|---:|---|");
for (const claim of CLAIMS) {
  if (!claim.what.includes(only)) continue;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const own = perSecond(["millrace", claim.workload, claim.durability, claim.backlog ?? "0"]);
    const other = perSecond([claim.against, claim.theirWorkload ?? claim.workload, claim.durability, "0"]);
    ours.push(own);
    theirs.push(other);
  }
  // The ratio of each pair of neighbours, since the machine's speed drifts between them less than over the whole run.
  const ratio = median(ours.map((own, at) => own / (theirs[at] ?? Number.NaN)));
  const verdict = ratio >= claim.target ? "met" : "missed";
  console.log(
    `| ${claim.what} | ${whole(median(ours))} | ${claim.against}${claim.backlog === undefined ? "" : ", no backlog"} | ${whole(median(theirs))} | ${ratio.toFixed(2)} | ≥ ${claim.target} | ${verdict} |`,
  );
  results.push({ ...claim, ours, theirs, ratio });
}
console.log("\n| what | median | target | |\n|---|---:|---:|---|");
for (const { what, figure, field, unit, most } of FIGURES) {
  if (!what.includes(only)) continue;
  const values = Array.from({ length: Math.min(runs, 3) }, () => Number(measured("latency.ts", [figure])[field]));
  const value = median(values);
  console.log(`| ${what} | ${value.toFixed(2)} ${unit} | ≤ ${most} ${unit} | ${value <= most ? "met" : "missed"} |`);
  results.push({ what, values, most });
}
console.log(`\n${[...abouts].map((about) => `- ${about}`).join("\n")}`);
const file = option("json");
if (file !== undefined) writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);

function perSecond(args: readonly string[]): number {
  const { about, perSecond: rate } = measured("run-one.ts", args);
  abouts.add(String(about));
  return Number(rate);
}

function measured(program: string, args: readonly string[]): Record<string, unknown> {
  const output = execFileSync(process.execPath, [here(program), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
