import { setTimeout as after } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { STACK, Workbench } from "./workbench.ts";

/** A signal that comes sooner after the first counts as the same one. */
const SAME_SIGNAL_MS = 200;
const PRETTY = ["--log-format", "pretty"];

describe("millrace worker", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  it("says what it serves, what goes wrong and what it did", async () => {
    await bench.run(["send", "flaky"]);
    await bench.run(["send", "nobody-knows"]);
    const worker = bench.start([
      "worker",
      "tasks.ts",
      "--queue",
      "default:2",
      "--queue=web:4",
      "--name",
      "w1",
      ...PRETTY,
    ]);
    expect(await worker.line(/ready/)).toMatch(
      /^\d\d:\d\d:\d\d ready +w1 · 7 tasks: add, .*echo.* · queues: default:2, web:4 · sqlite:\.\/millrace\.db$/,
    );
    expect(await worker.line(/retrying/)).toMatch(/flaky \w{24} · attempt 1 · Error: not yet · again in 10 ms/);
    expect(await worker.line(/unknown/)).toMatch(/no task "nobody-knows" here: 1 job waits in default/);
    await bench.run(["send", "boom", "bad", "--wait", "10s"]);
    expect(await worker.line(/failed/)).toMatch(/boom \w{24} · attempt 1 · TypeError: bad$/);
    worker.signal("SIGTERM");
    const { code, stdout, stderr } = await worker.end;
    expect(code).toBe(0);
    expect(stdout).toMatch(/stopped +1 succeeded · 1 failed · 1 retried · up .*\n$/);
    expect(stdout + stderr).not.toMatch(STACK);
  });

  it("knows a task once that two of its modules export", async () => {
    bench.write("index.ts", 'export * from "./tasks.ts";\n');
    const worker = bench.start(["worker", "tasks.ts", "index.ts", "--json"]);
    const { tasks } = JSON.parse(await worker.line(/ready/)) as { tasks: string[] };
    expect(tasks).toEqual([...new Set(tasks)]);
    worker.signal("SIGTERM");
    await worker.end;
  });

  it("lets a running job finish after SIGTERM, and takes no more", async () => {
    const worker = await bench.worker("--queue", "default:1", "--json");
    const gate = bench.path("gate");
    const [held, waiting] = [await bench.run(["send", "hold", gate]), await bench.run(["send", "add", "1", "2"])];
    await worker.line(/^begun/);
    worker.signal("SIGTERM");
    expect(JSON.parse(await worker.line(/"stopping"/))).toMatchObject({ event: "stopping", running: 1 });
    bench.write("gate", "");
    const { code, stdout } = await worker.end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      event: "stopped",
      succeeded: 1,
      failed: 0,
    });
    const [result, status] = await Promise.all([
      bench.run(["result", held.stdout.trim()]),
      bench.run(["status", waiting.stdout.trim(), "--json"]),
    ]);
    expect(result.stdout).toBe("held\n");
    expect(JSON.parse(status.stdout)).toMatchObject({ state: "queued", attempt: 0 });
  });

  it("ends within a second of a second signal, and its job is run by another worker, uncharged", async () => {
    const worker = await bench.worker(...PRETTY);
    const gate = bench.path("gate");
    const id = (await bench.run(["send", "hold", gate])).stdout.trim();
    await worker.line(/^begun/);
    worker.signal("SIGTERM");
    await worker.line(/stopping/);
    await after(SAME_SIGNAL_MS + 50);
    const secondAt = performance.now();
    worker.signal("SIGINT");
    const { code, stdout } = await worker.end;
    expect(performance.now() - secondAt).toBeLessThan(1_000);
    expect(stdout).toMatch(/stopped .* 1 given back/);
    expect(code).toBe(1);
    const given = await bench.run(["status", id, "--json"]);
    expect(JSON.parse(given.stdout)).toMatchObject({ state: "queued", attempt: 0, crashes: 0 });
    bench.write("gate", "");
    await bench.worker();
    const result = await bench.run(["result", id, "--wait", "10s", "--json"]);
    expect(JSON.parse(result.stdout)).toMatchObject({ state: "succeeded", result: "held", attempt: 1 });
  });

  it("ends with a sentence on an error that belongs to no job", async () => {
    const worker = await bench.worker();
    await bench.run(["send", "stray"]);
    const { code, stderr } = await worker.end;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: nobody's\n/);
    expect(stderr).not.toMatch(STACK);
  });

  it("refuses a tasks file that it cannot use, with the reason and what to do", async () => {
    const library = JSON.stringify(new URL("../../src/index.ts", import.meta.url).href);
    const head = `import { task } from ${library};\n`;
    bench.write("syntax.ts", "export const a = ;\n");
    bench.write("enum.ts", "export enum A { B }\n");
    bench.write("throws.mjs", "\nthrow new Error('no database');\n");
    bench.write("imports.ts", 'import "./not-there.ts";\n');
    bench.write("none.ts", "export const add = (a: number) => a;\n");
    bench.write(
      "twice.ts",
      `${head}export const a = task("same", () => 1);\nexport const b = task("same", () => 2);\n`,
    );
    bench.write("name.ts", `${head}export const a = task("no name", () => 1);\n`);
    bench.write("text.txt", "hello");
    const cases: readonly [file: string, sentence: RegExp][] = [
      ["syntax.ts", /syntax\.ts cannot be loaded: .+ERR_TASKS_FILE/],
      ["enum.ts", /enum\.ts cannot be loaded: .*enums.* compiled first.*ERR_TASKS_FILE/],
      ["throws.mjs", /throws\.mjs cannot be loaded: no database \(line 2\) \(ERR_TASKS_FILE\)/],
      ["imports.ts", /imports\.ts cannot be loaded: Cannot find module .*not-there.* Install what it imports/],
      [
        "none.ts",
        /none\.ts exports no task: it exports add\. Export what task\(\) made: export const add = task\("add", …\)/,
      ],
      ["twice.ts", /two tasks are named "same" \(exports a and b\).*ERR_DUPLICATE_TASK/],
      ["name.ts", /name\.ts cannot be loaded: "no name" is no name for a task.*\(line 2\)/],
      ["text.txt", /text\.txt cannot be loaded: .*Give a module that Node can run/],
      ["taks.ts", /there is no file taks\.ts .*Did you mean tasks\.ts\?/],
      [".", /\. is a folder/],
    ];
    const outcomes = await Promise.all(cases.map(([file]) => bench.run(["worker", file])));
    for (const [at, { code, stdout, stderr }] of outcomes.entries()) {
      expect.soft(stderr).toMatch(cases[at]![1]);
      expect.soft(stderr).not.toMatch(STACK);
      expect.soft({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
    const debug = await bench.run(["worker", "throws.mjs", "--debug"]);
    expect(debug.stderr).toMatch(STACK);
  });
});
