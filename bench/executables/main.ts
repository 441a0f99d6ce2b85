import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { shortOptions } from "../measuring/short-options.ts";
import { type Comparison, comparisonTable, conditionsLine } from "../reporting/comparison.ts";
import { thisMachine } from "../reporting/machine.ts";

/*
 * Measures tasks that are executables, and functions in threads, against the bare means: each run is a process of its own,
 * and the two sides of a claim take turns. `--runs 5`, `--only WORD`.
 */
interface Claim {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly target?: number;
  /** LANG of both sides. Default: none, as in the images of Node. */
  readonly language?: string;
}

const CLAIMS: readonly Claim[] = [
  { what: "a program for each job, in a group", ours: "millrace-group", theirs: "bare-spawn", target: 0.85 },
  { what: "the same, with namespace and limits", ours: "millrace-namespace", theirs: "bare-spawn", target: 0.5 },
  {
    what: "the same, in a language from files",
    ours: "millrace-namespace",
    theirs: "bare-spawn",
    language: "C.UTF-8",
  },
  { what: "resident against spawned, Bash", ours: "resident-bash", theirs: "spawned-bash", target: 20 },
  { what: "resident against spawned, Python", ours: "resident-python", theirs: "spawned-python", target: 20 },
  { what: "a function in a thread, nothing to do", ours: "millrace-thread-noop", theirs: "tinypool-noop", target: 0.9 },
  { what: "a function in a thread, 0.2 ms", ours: "millrace-thread-0.2ms", theirs: "tinypool-0.2ms", target: 0.9 },
  { what: "a function in a thread, 2 ms", ours: "millrace-thread-2ms", theirs: "tinypool-2ms", target: 0.9 },
];

const { runs, only } = shortOptions();
const entry = fileURLToPath(new URL("./run-one.ts", import.meta.url));

console.log(`${conditionsLine(thisMachine(), runs)} Jobs/s.\n`);
const measured = CLAIMS.filter(({ what, ours }) => `${what} ${ours}`.includes(only)).map(measure);
console.log(comparisonTable(measured));

function measure({ what, ours, theirs, target, language }: Claim): Comparison {
  process.stderr.write(`${what}\n`);
  const env = { ...withoutLanguage(process.env), ...(language === undefined ? {} : { LANG: language }) };
  const pairs = Array.from({ length: runs }, () => [perSecond(ours, env), perSecond(theirs, env)] as const);
  return {
    what,
    own: pairs.map(([own]) => own),
    against: theirs,
    theirs: pairs.map(([, other]) => other),
    ...(target === undefined ? {} : { target: { atLeast: target } }),
  };
}

function perSecond(system: string, env: NodeJS.ProcessEnv): number {
  return Number(
    execFileSync(process.execPath, [entry, system], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env }),
  );
}

function withoutLanguage(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(LANG|LANGUAGE|LC_[A-Z]+)$/.test(name)));
}
