import { describe, expect, test } from "vitest";
import { program } from "../../src/cli/program.ts";
import { SETTINGS } from "../../src/config/index.ts";
import { ERROR_CODES } from "../../src/errors/index.ts";
import { document, documents, source } from "./documents.ts";
import { coded, section, tableRows } from "./tables.ts";

/** Names of errors that are not Millrace's own. */
const NATIVE = new Set([
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "AssertionError",
  "NonError",
  "StoredError",
]);

/** The members of an interface as the source writes them: `readonly name?: type;` at its first level. */
function members(text: string, name: string): string[] {
  const body = new RegExp(String.raw`^export interface ${name}\b[^{]*\{\n([\s\S]*?)^\}`, "m").exec(text)?.[1];
  if (body === undefined) throw new Error(`there is no interface ${name}`);
  return [...body.matchAll(/^ {2}readonly (?:"([^"]+)"|(\w+))\??:/gm)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

/** The strings of a list of options, such as `const KEYS = [...]`. */
function keys(text: string): string[] {
  const list = /const KEYS[^[]*\[([\s\S]*?)\]/.exec(text.replaceAll("readonly (keyof", "(keyof"))?.[1] ?? "";
  return [...list.matchAll(/"(\w+)"/g)].map(([, key = ""]) => key);
}

const runOptions = [
  ...members(source("src/core/run-options.ts"), "RunOptions"),
  ...members(source("src/core/retry-policy.ts"), "RetryOptions"),
];

describe("docs/errors.md", () => {
  const rows = tableRows(document("docs/errors.md").text);

  test("is the table of codes, in its order", () => {
    const [heading, ...body] = rows;
    expect(heading).toEqual(["code", "class", "family", "retryable", "meaning"]);
    expect(body).toEqual(
      Object.entries(ERROR_CODES).map(([code, { name, family, retryable, meaning }]) => [
        `\`${code}\``,
        `\`${name}\``,
        family,
        retryable ? "yes" : "no",
        meaning,
      ]),
    );
  });
});

describe("docs/events.md", () => {
  test("has every event of a worker, and no other", () => {
    const named = tableRows(section(document("docs/events.md").text, "## Events"))
      .slice(1)
      .map(([name]) => coded(name));
    expect(named).toEqual(members(source("src/worker/worker-events.ts"), "WorkerEvents"));
  });
});

describe("docs/configuration.md", () => {
  const { text } = document("docs/configuration.md");
  const documented = (heading: string): string[] =>
    tableRows(section(text, heading))
      .slice(1)
      .map(([name]) => coded(name))
      .toSorted();

  test("has every run option", () => {
    expect(documented("## How jobs are run and kept")).toEqual(runOptions.toSorted());
  });

  test("has every option of an app", () => {
    const options = keys(source("src/app/options.ts"));
    expect(options.length).toBeGreaterThan(8);
    expect(documented("## The app")).toEqual(options.filter((key) => !runOptions.includes(key)).toSorted());
  });

  test("has every option of a worker", () => {
    expect(documented("## A worker")).toEqual(
      members(source("src/worker/worker-options.ts"), "WorkerOptions").toSorted(),
    );
  });

  test("has every option of a task", () => {
    const text = source("src/core/task.ts");
    expect(documented("## A task")).toEqual(
      [...members(text, "TaskOptions"), ...members(text, "TaskCallbacks")].toSorted(),
    );
  });

  test("docs/executables.md has every option of executables", () => {
    const options = source("src/core/executable-options.ts");
    const own = [...members(options, "ExecutablesOptions"), ...members(options, "ExecutableOptions")];
    const rows = tableRows(section(document("docs/executables.md").text, "## Options"));
    expect(
      rows
        .slice(1)
        .map(([name]) => coded(name))
        .toSorted(),
    ).toEqual(own.toSorted());
  });

  test("has every option of a gateway", () => {
    expect(documented("## A gateway")).toEqual(
      members(source("src/gateway/gateway-options.ts"), "GatewayOptions").toSorted(),
    );
  });

  test("has every option of a send", () => {
    const options = keys(source("src/client/send-options.ts"));
    expect(options.length).toBeGreaterThan(8);
    expect(documented("## A send")).toEqual(options.filter((key) => !runOptions.includes(key)).toSorted());
  });
});

describe("docs/pool.md", () => {
  const options = section(document("docs/pool.md").text, "## Options");
  const [ofPool, ofBoth, ofPush] = options
    .split(/\n\n(?=\|)/)
    .slice(1)
    .map((table) =>
      tableRows(table)
        .slice(1)
        .map(([name]) => coded(name)),
    );
  const [pool, push] = [source("src/pool/pool-options.ts"), source("src/pool/push-options.ts")];

  test("has every option of a pool and of a push", () => {
    expect(ofPool).toEqual(members(pool, "PoolOptions"));
    const shared = [...members(source("src/core/retry-policy.ts"), "RetryOptions"), ...members(push, "AttemptOptions")];
    expect(ofBoth?.toSorted()).toEqual([...new Set(shared)].toSorted());
    expect(ofPush).toEqual(members(push, "PushOptions"));
  });
});

describe("what the documents name exists", () => {
  const errorNames = new Set([
    ...Object.values(ERROR_CODES).map(({ name }) => name as string),
    "MillraceError",
    ...NATIVE,
  ]);
  // The command line has one of its own, for a command line that is wrong.
  const ofCommandLine = /readonly code = "(ERR_\w+)"/.exec(source("src/cli/usage-error.ts"))?.[1];
  const errorCodes = new Set([...Object.keys(ERROR_CODES), ofCommandLine]);
  const events = members(source("src/worker/worker-events.ts"), "WorkerEvents");

  for (const { path, text } of documents()) {
    test(`in ${path}`, () => {
      const codes = [...text.matchAll(/\bERR_[A-Z_]+\b/g)].map(([code]) => code);
      expect(codes.filter((code) => !errorCodes.has(code))).toEqual([]);
      const names = [...text.matchAll(/\b[A-Z]\w*Error\b/g)].map(([name]) => name);
      expect(names.filter((name) => !errorNames.has(name))).toEqual([]);
      const heard = [...text.matchAll(/worker\.on\("([^"]+)"/g)].map(([, name = ""]) => name);
      expect(heard.filter((name) => !events.includes(name))).toEqual([]);
    });
  }
});

describe("docs/settings.md", () => {
  test("has every setting, with its flag, its default and its meaning", () => {
    const documented = tableRows(section(document("docs/settings.md").text, "## Every setting")).slice(1);
    expect(documented).toEqual(
      Object.entries(SETTINGS).map(([key, { flag, otherwise, meaning }]) => [
        `\`${key}\``,
        flag === undefined ? "" : `\`${flag}\``,
        otherwise,
        meaning,
      ]),
    );
  });
});

describe("docs/cli.md", () => {
  test("speaks of every command", () => {
    const { text } = document("docs/cli.md");
    const names = program().commands.map(({ name }) => name);
    const groups = names.map((name) => name.split(" ").at(0) ?? "");
    expect(names.length).toBeGreaterThan(10);
    expect(groups.filter((name) => !text.includes(`\`${name}`) && !text.includes(`millrace ${name}`))).toEqual([]);
  });
});
