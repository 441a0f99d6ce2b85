import { parseArgs } from "node:util";

/** Options of the benches that compare a few pairs: how often, and of what only rows with this word. */
export function shortOptions(): { readonly runs: number; readonly only: string; readonly out: string | undefined } {
  const { values } = parseArgs({
    options: { runs: { type: "string", default: "5" }, only: { type: "string", default: "" }, out: { type: "string" } },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs is a whole number from 1 on");
  return { runs, only: values.only, out: values.out };
}
