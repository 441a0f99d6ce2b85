import { readFileSync, writeFileSync } from "node:fs";
import { toMarkdown } from "./reporting/markdown.ts";
import { published } from "./reporting/published.ts";
import type { Result } from "./reporting/result.ts";

/*
 * Publishes a result: node docs.ts [NAME]. Takes results/NAME.json, "last" by default, makes it results/latest.json and
 * .md, and puts it into docs/benchmarks.md, with charts.
 */
const [name = "last"] = process.argv.slice(2);
const results = new URL("results/", import.meta.url);
const docs = new URL("../docs/", import.meta.url);

const text = readFileSync(new URL(`${name}.json`, results), "utf8");
const result = JSON.parse(text) as Result;
if (result.quick) throw new Error("a quick result says nothing that could be published");
const { document, charts } = published(readFileSync(new URL("benchmarks.md", docs), "utf8"), result);

writeFileSync(new URL("latest.json", results), text);
writeFileSync(new URL("latest.md", results), toMarkdown(result));
writeFileSync(new URL("benchmarks.md", docs), document);
for (const [file, svg] of Object.entries(charts)) writeFileSync(new URL(file, docs), svg);
