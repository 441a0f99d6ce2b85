import { execFileSync } from "node:child_process";
import { cpus, platform, release } from "node:os";
import { fileURLToPath } from "node:url";

/*
 * Measures tasks that are executables, and functions in threads, against the bare means: each run is a process of its own, the
 * two sides of a claim take turns, and a ratio is the median of neighbouring pairs. `--runs 5`, `--only WORD`.
 */
interface Claim {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly target: number;
}

const CLAIMS: readonly Claim[] = [
  { what: "a program for each job, in a group", ours: "millrace-group", theirs: "bare-spawn", target: 0.85 },
  { what: "the same, with namespace and limits", ours: "millrace-namespace", theirs: "bare-spawn", target: 0.5 },
  { what: "resident against spawned, Bash", ours: "resident-bash", theirs: "spawned-bash", target: 20 },
  { what: "resident against spawned, Python", ours: "resident-python", theirs: "spawned-python", target: 20 },
  { what: "a function in a thread, nothing to do", ours: "millrace-thread-noop", theirs: "tinypool-noop", target: 0.9 },
  { what: "a function in a thread, 0.2 ms", ours: "millrace-thread-spin", theirs: "tinypool-spin", target: 0.9 },
];

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const runs = Number(option("runs", "5"));
const only = option("only", "");
const entry = fileURLToPath(new URL("./run-one.ts", import.meta.url));

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${platform()} ${release()};`);
console.log(`medians of ${runs} runs, the two sides in turn\n`);
console.log("| what | Millrace, jobs/s | against | jobs/s | ratio | target | |");
console.log("|---|---:|---|---:|---:|---:|---|");
for (const { what, ours, theirs, target } of CLAIMS) {
  if (!`${what} ${ours}`.includes(only)) continue;
  const pairs = Array.from({ length: runs }, () => [perSecond(ours), perSecond(theirs)] as const);
  const ratio = median(pairs.map(([own, other]) => own / other));
  const [own, other] = [median(pairs.map(([rate]) => rate)), median(pairs.map(([, rate]) => rate))];
  const verdict = ratio >= target ? "met" : "missed";
  console.log(
    `| ${what} | ${whole(own)} | ${theirs} | ${whole(other)} | ${ratio.toFixed(2)} | ≥ ${target} | ${verdict} |`,
  );
}

function perSecond(system: string): number {
  return Number(
    execFileSync(process.execPath, [entry, system], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
