// Enforces the import law: which room of src/ may import which. Also refuses cycles of value imports between files,
// and file names that say nothing. `node scripts/check-imports.mjs` reads src/; tests call findProblems.
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync } from "oxc-parser";

// A room is the first folder under src/, or drivers/<one system>; files at the root are the room `index`.
// Every room may import itself. `x:types` allows `import type` only; `*` is every room, and `!x` takes one away.
const base = ["core", "errors", "internal"];
const law = {
  internal: ["errors"],
  errors: ["internal"],
  core: ["errors", "internal"],
  contracts: ["errors", "core"],
  drivers: ["contracts", ...base],
  context: ["contracts", ...base],
  executors: ["context", "contracts", ...base],
  pair: ["contracts", ...base],
  pool: ["contracts", ...base],
  telemetry: ["contracts", ...base],
  config: base,
  client: ["contracts", ...base, "telemetry:types"],
  worker: ["context", "contracts", ...base, "telemetry:types"],
  workflow: ["client", "contracts", ...base],
  scheduler: ["client", "contracts", ...base],
  gateway: ["client", "contracts", ...base],
  interop: ["client", "contracts", ...base],
  dashboard: ["gateway:types"],
  app: ["*", "!cli", "!config", "!testing", "!dashboard"],
  testing: ["*", "!cli"],
  cli: ["index", "app", "config", "gateway", "telemetry", "core", "errors", "internal"],
  index: [
    "app",
    "core",
    "client",
    "context",
    "worker",
    "contracts",
    "errors",
    "telemetry",
    "scheduler",
    "workflow",
    "gateway:types",
  ],
};

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|d))?\.ts$/;
const emptyName = /^(.*-)?(utils?|helpers?|types?|managers?)$/;

/** @typedef {{ from: string, target: string, line: number, typeOnly: boolean, lazy: boolean }} Import */

/** @param {string} file a path below src/ */
function roomOf(file) {
  const [first = "", second] = file.split("/");
  if (second === undefined) return "index";
  return first === "drivers" && file.split("/").length > 2 ? `drivers/${second}` : first;
}

/**
 * @param {string} room
 * @returns {string[] | undefined} what the law says of it; undefined for a room it doesn't know
 */
function rulesOf(room) {
  return Object.entries(law).find(([name]) => name === room.split("/")[0])?.[1];
}

/** @param {Import} found */
function isAllowed({ from, target, typeOnly }) {
  const [room, imported] = [roomOf(from), roomOf(target)];
  if (room === imported) return true;
  const rules = rulesOf(room) ?? [];
  const name = imported.split("/")[0] ?? "";
  if (rules.includes(`!${name}`)) return false;
  return rules.includes("*") || rules.includes(name) || (typeOnly && rules.includes(`${name}:types`));
}

/**
 * @param {string} from
 * @param {string} text
 * @returns {Import[]} the relative imports of one file that stay below src/
 */
function importsOf(from, text) {
  const { staticImports, staticExports, dynamicImports } = parseSync(from, text).module;
  const reExports = staticExports.map(({ start, end, entries }) => {
    return { start, end, moduleRequest: entries.find((entry) => entry.moduleRequest)?.moduleRequest };
  });
  const statements = [...staticImports, ...reExports].map(({ start, end, moduleRequest }) => {
    const typeOnly = /^(import|export)\s+type\b(?!\s*(from\b|,))/.test(text.slice(start, end));
    return { start, typeOnly, lazy: false, specifier: moduleRequest?.value ?? "" };
  });
  const calls = dynamicImports.map(({ start, moduleRequest }) => {
    const specifier = text.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^["'`]|["'`]$/g, "");
    return { start, typeOnly: false, lazy: true, specifier };
  });
  return [...statements, ...calls]
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ start, typeOnly, lazy, specifier }) => {
      const target = posix.join(posix.dirname(from), specifier);
      return { from, target, line: text.slice(0, start).split("\n").length, typeOnly, lazy };
    })
    .filter(({ target }) => !target.startsWith("../"));
}

/**
 * @param {Import[]} imports
 * @returns {string[]} one problem per cycle; types and lazy imports close none, as they are not needed at load
 */
function findCycles(imports) {
  const edges = Map.groupBy(
    imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy),
    ({ from }) => from,
  );
  /** @type {string[]} */
  const problems = [];
  const done = new Set();
  /** @param {string} file @param {string[]} path */
  function walk(file, path) {
    if (path.includes(file)) {
      problems.push(`src/${file} imports itself: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
    } else if (!done.has(file)) {
      for (const { target } of edges.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    }
  }
  for (const file of edges.keys()) walk(file, []);
  return problems;
}

/**
 * @param {ReadonlyMap<string, string>} files the text of every .ts file, by its path below src/
 * @returns {string[]} one line for each problem
 */
export function findProblems(files) {
  const names = [...files.keys()].flatMap((file) => {
    const words = file.replace(/(\.test|\.test-d|\.d)?\.ts$/, "").split("/");
    const empty = words.find((word) => emptyName.test(word));
    if (empty !== undefined) return [`src/${file}: "${empty}" says nothing; name the file for what it exports`];
    return kebabCase.test(posix.basename(file)) ? [] : [`src/${file}: file names are kebab-case`];
  });
  const imports = [...files]
    .filter(([file]) => !file.endsWith(".test.ts"))
    .flatMap(([file, text]) => importsOf(file, text));
  const violations = imports
    .filter((found) => !isAllowed(found))
    .map(({ from, target, line }) => {
      const room = roomOf(from);
      const rules = rulesOf(room)?.join(", ") ?? "nothing: scripts/check-imports.mjs doesn't know it";
      return `src/${from}:${line} imports ${target} (${roomOf(target)}) — room ${room} may import only ${rules}`;
    });
  return [...names, ...violations, ...findCycles(imports)];
}

if (import.meta.main) {
  const files = globSync("**/*.ts", { cwd: "src" }).sort();
  const problems = findProblems(new Map(files.map((file) => [file, readFileSync(`src/${file}`, "utf8")])));
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exitCode = 1;
}
