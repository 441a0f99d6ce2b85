import type { BaseKind } from "../bases/base.ts";
import { chart } from "./chart.ts";
import { claimsTable, conditions } from "./markdown.ts";
import type { Result } from "./result.ts";

const BEGIN = "<!-- result: `npm run bench:docs` writes from here -->";
const END = "<!-- to here -->";

const BASES: Readonly<Record<BaseKind, string>> = { redis: "Redis", file: "SQLite", postgres: "PostgreSQL" };

/** Files of the document, by their names beside it. */
export type PublishedFiles = Readonly<Record<string, string>>;

/** The document with a result in the place of the one before, and the charts that it shows. */
export function published(document: string, result: Result): { document: string; charts: PublishedFiles } {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has no "${BEGIN}" and "${END}"`);
  const charts = Object.entries(BASES).flatMap(([base, title]) => {
    const svg = chart(result, base as BaseKind);
    return svg === undefined ? [] : [{ title, file: `benchmarks-${base}.svg`, svg }];
  });
  const targets = claimsTable(result);
  const parts = [
    conditions(result),
    ...charts.map(({ title, file }) => `### On ${title}\n\n![Jobs per second on ${title}](${file})`),
    ...(targets === undefined ? [] : [`### Targets\n\n${targets}`]),
    "All figures are in [the result itself](../bench/results/latest.md).",
  ];
  return {
    document: `${before}${BEGIN}\n\n${parts.join("\n\n")}\n\n${END}${after}`,
    charts: Object.fromEntries(charts.map(({ file, svg }) => [file, svg])),
  };
}
