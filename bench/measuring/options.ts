import { parseArgs } from "node:util";
import { nearest } from "../../src/internal/nearest.ts";
import { SYSTEMS, type SystemEntry } from "../systems/catalog.ts";
import { WORKLOADS } from "../workloads/catalog.ts";
import type { Workload } from "../workloads/workload.ts";

const FLAGS = {
  only: { type: "string" },
  systems: { type: "string" },
  runs: { type: "string" },
  quick: { type: "boolean" },
  list: { type: "boolean" },
  help: { type: "boolean" },
  profile: { type: "string" },
  out: { type: "string" },
} as const;

export const USAGE = `npm run bench -- [options]

  --only NAMES     workloads, such as "drain-100,idle"; "drain" is all that begin with it
  --systems NAMES  systems, such as "millrace-redis,bullmq"; "redis" is all that stand on it
  --runs NUMBER    how often each is measured; medians are reported. Default 3
  --quick          a tenth of the jobs: enough to see that all runs, too little to quote
  --list           what there is to measure
  --profile FOLDER a V8 profile of each process that measures
  --out NAME       results/NAME.json and .md are written. Default "last", which git ignores`;

/** What was asked for on the command line. */
export interface Options {
  readonly workloads: readonly Workload[];
  readonly systems: readonly SystemEntry[];
  readonly runs: number;
  readonly quick: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly profile: string | undefined;
  readonly out: string;
}

/** Something on the command line that cannot be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError that names the nearest that there is */
export function readOptions(args: readonly string[]): Options {
  const { values, tokens } = parseArgs({ args: [...args], options: FLAGS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`"${token.value}" belongs to no option`);
    if (token.kind !== "option") continue;
    const flag: { type: string } | undefined = FLAGS[token.name as keyof typeof FLAGS];
    if (flag === undefined)
      throw unknown(
        "option",
        token.rawName,
        Object.keys(FLAGS).map((name) => `--${name}`),
      );
    if (flag.type === "string" && !token.value) throw new UsageError(`--${token.name} needs a value`);
    if (flag.type === "boolean" && token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
  }
  const text = (name: keyof typeof FLAGS): string | undefined => values[name] as string | undefined;
  const runs = Number(text("runs") ?? 3);
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError("--runs is a whole number from 1 on");
  return {
    workloads: chosen(text("only"), WORKLOADS, "workload"),
    systems: chosen(text("systems"), SYSTEMS, "system", ({ base }) => base),
    runs,
    quick: values.quick === true,
    list: values.list === true,
    help: values.help === true,
    profile: text("profile"),
    out: text("out") ?? "last",
  };
}

/** Those with one of the names, or whose names begin with one, or whose kind is one; all when nothing is said. */
function chosen<T extends { readonly name: string }>(
  names: string | undefined,
  all: readonly T[],
  what: string,
  kindOf?: (entry: T) => string,
): readonly T[] {
  if (names === undefined) return all;
  const picked = names.split(",").map((typed) => {
    const name = typed.trim();
    const found = all.filter((entry) => entry.name === name);
    if (found.length > 0) return found;
    const alike = all.filter((entry) => entry.name.startsWith(`${name}-`) || kindOf?.(entry) === name);
    if (alike.length > 0) return alike;
    throw unknown(
      what,
      name,
      all.flatMap((entry) => [entry.name, ...(kindOf === undefined ? [] : [kindOf(entry)])]),
    );
  });
  return all.filter((entry) => picked.flat().includes(entry));
}

function unknown(what: string, typed: string, known: readonly string[]): UsageError {
  // What is shorter may be meant as well: "drian" is near "drain", and not near "drain-100".
  const near = nearest(typed, [...known, ...known.map((name) => name.split("-")[0] ?? name)]);
  const hint = near === undefined ? "." : `; did you mean "${near}"?`;
  return new UsageError(`there is no ${what} "${typed}"${hint} There are ${[...new Set(known)].join(", ")}`);
}
