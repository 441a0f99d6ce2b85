import { expect, test } from "vitest";
import { findProblems } from "./check-imports.mjs";

/** @param {Record<string, string>} files */
const problems = (files) => findProblems(new Map(Object.entries(files)));

test("accepts what the law allows", () => {
  expect(
    problems({
      "index.ts": `export { App } from "./app/app.ts";\nexport type { Job } from "./core/job.ts";`,
      "app/app.ts": `import { client } from "../client/client.ts";\nconst driver = import("../drivers/memory/open.ts");`,
      "client/client.ts": `import type { Logger } from "../telemetry/logger.ts";`,
      "telemetry/logger.ts": `// import "../cli/main.ts"\nexport const text = 'import "../cli/main.ts"';`,
      "drivers/memory/open.ts": `import { lock } from "./lock.ts";\nimport type {} from "../../contracts/broker.ts";`,
      "drivers/memory/lock.ts": `import package_ from "../../../package.json" with { type: "json" };`,
      "cli/main.ts": `import { App } from "../index.ts";`,
      "client/client.test.ts": `import { clock } from "../testing/clock.ts";`,
    }),
  ).toEqual([]);
});

test("names the file, the line, and what the room may import", () => {
  expect(
    problems({ "core/job.ts": `import { x } from "../errors/x.ts";\n\nimport { y } from "../app/y.ts";` }),
  ).toEqual(["src/core/job.ts:3 imports app/y.ts (app) — room core may import only errors, internal"]);
});

test.each([
  ["a driver importing another", "drivers/redis/open.ts", `import { x } from "../sqlite/x.ts";`],
  ["the client importing the worker", "client/send.ts", `import type { x } from "../worker/x.ts";`],
  ["values where only types may pass", "worker/slot.ts", `import { x } from "../telemetry/x.ts";`],
  ["inline types, which still load the file", "worker/slot.ts", `import { type x } from "../telemetry/x.ts";`],
  ["a lazy import", "core/job.ts", `const x = await import("../drivers/redis/x.ts");`],
  ["a re-export", "contracts/broker.ts", `export * from "../app/x.ts";`],
  ["a re-export of types", "contracts/broker.ts", `export type * from "../app/x.ts";`],
  ["production importing testing", "app/app.ts", `import { x } from "../testing/x.ts";`],
  ["a room that the law doesn't know", "attic/box.ts", `import { x } from "../core/x.ts";`],
])("refuses %s", (_case, file, text) => {
  expect(problems({ [file]: text })).toHaveLength(1);
});

test("finds a cycle of values, and none of types or lazy imports", () => {
  const back = (/** @type {string} */ statement) =>
    problems({ "core/a.ts": `import "./b.ts";`, "core/b.ts": `import "./c.ts";`, "core/c.ts": statement });
  expect(back(`import { a } from "./a.ts";`)).toEqual([
    "src/core/a.ts imports itself: core/a.ts → core/b.ts → core/c.ts → core/a.ts",
  ]);
  expect(back(`import type { A } from "./a.ts";`)).toEqual([]);
  expect(back(`export const a = () => import("./a.ts");`)).toEqual([]);
});

test.each(["core/utils.ts", "core/job-types.ts", "core/lease-manager.ts", "helpers/a.ts", "core/jobState.ts"])(
  "refuses the name %s",
  (file) => {
    expect(problems({ [file]: "" })).toHaveLength(1);
  },
);
