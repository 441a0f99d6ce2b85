import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../features/settings.ts";
import { Workbench } from "./workbench.ts";

/** Each call is a process, and the machine may be busy. */
const PATIENCE_MS = 120_000;

describe("millrace init", { timeout: PATIENCE_MS }, () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench({ empty: true });
  });
  afterEach(() => bench.remove());

  const read = (name: string): string => readFileSync(bench.path(name), "utf8");

  it("asks nothing where there is nobody to answer", async () => {
    const { code, stderr } = await bench.run(["init"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no terminal to ask questions on.*\n {2}try: millrace init --yes asks none/);
  });

  it.each([
    ["TypeScript", [], "tasks.mts"],
    ["JavaScript", ["--javascript"], "tasks.mjs"],
  ])("makes a project in %s that works", async (_language, flags, tasks) => {
    // As if it were installed.
    mkdirSync(bench.path("node_modules"));
    bench.write("package.json", '{ "dependencies": { "millrace": "*" }, "scripts": { "worker": "mine" } }');
    const made = await bench.run(["init", "--yes", ...flags, "--store", "sqlite:./jobs.db", "--json"]);
    expect(JSON.parse(made.stdout)).toEqual({
      written: [tasks, "millrace.yaml", "package.json", ".gitignore"],
      installed: false,
    });
    expect(JSON.parse(read("package.json"))).toEqual({
      dependencies: { millrace: "*" },
      scripts: { worker: "mine", dev: "millrace worker --watch" },
    });
    const source = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
    mkdirSync(bench.path("node_modules/millrace"));
    bench.write("node_modules/millrace/package.json", '{ "type": "module", "exports": "./index.js" }');
    bench.write("node_modules/millrace/index.js", `export * from ${JSON.stringify(source)};`);
    const worker = bench.start(["worker"]);
    await worker.line(/"ready"/);
    const [greeting, visit] = await Promise.all([
      bench.run(["send", "greet", "Ada", "--wait", "10s"]),
      bench.run(["send", "visit", "Ada", "--wait", "10s"]),
    ]);
    expect(greeting.stdout).toBe("Hello, Ada!\n");
    expect(visit.stdout).toBe("Ada was at home, at attempt 2\n");
    expect(existsSync(bench.path("jobs.db"))).toBe(true);
  });

  it("installs the package with npm where it is missing, and says what to do when that fails", async () => {
    bench.write("npm", `#!/bin/sh\necho "$@" > "${bench.path("asked")}"\nexit "\${NPM_EXIT:-0}"\n`);
    chmodSync(bench.path("npm"), 0o755);
    const PATH = `${bench.folder}${delimiter}${process.env["PATH"]}`;
    const made = await bench.run(["init", "--yes"], { PATH });
    expect(made.code).toBe(0);
    expect(read("asked")).toMatch(/^install millrace@\^\d+\.\d+\.\d+\n$/);
    expect(made.stdout).not.toContain("npm install millrace");
    const redis = new Workbench({ empty: true });
    await redis.run(["init", "--yes", "--store", "redis://127.0.0.1:1"], { PATH });
    expect(read("asked")).toMatch(/^install millrace@\^\S+ ioredis@\^\d+\.\d+\.\d+\n$/);
    await redis.remove();
    const other = new Workbench({ empty: true });
    const failed = await other.run(["init", "--yes"], { PATH, NPM_EXIT: "1" });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("npm ended with 1") });
    expect(failed.stdout).toContain("npm install millrace");
    await other.remove();
  });

  it("ends npm where it is ended itself", async () => {
    bench.write("npm", `#!/bin/sh\necho $$ > "${bench.path("pid")}"\nexec sleep 1000\n`);
    chmodSync(bench.path("npm"), 0o755);
    const making = bench.start(["init", "--yes"], { PATH: `${bench.folder}${delimiter}${process.env["PATH"]}` });
    const pid = await until(() => (existsSync(bench.path("pid")) ? Number(read("pid")) || undefined : undefined));
    making.signal("SIGTERM");
    expect(await making.end).toMatchObject({ code: 1, stderr: expect.stringContaining("npm ended with a signal") });
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it.each([
    ["memory:", /"memory:" ends with the process that opens it/],
    ["https://u:geheim@jobs.example", /"https:\/\/\*\*\*@jobs\.example" is a gateway, which takes jobs and runs none/],
    ["redsi://x", /did you mean "redis:"/],
  ])("refuses the store %s, in which no worker could find a job", async (store, sentence) => {
    const { code, stderr } = await bench.run(["init", "--yes", "--no-install", "--store", store]);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
    expect(existsSync(bench.path("tasks.ts"))).toBe(false);
  });

  it("writes down the namespace that is asked for, and no other", async () => {
    const refused = await bench.run(["init", "--yes", "--no-install", "--namespace", "My Shop"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"My Shop" is no namespace')]);
    expect(existsSync(bench.path("millrace.yaml"))).toBe(false);
    await bench.run(["init", "--yes", "--no-install", "--namespace", "shop"]);
    expect(read("millrace.yaml")).toMatch(/^store: .*\nnamespace: "shop"\nworker:\n/m);
  });

  it("writes over nothing, and nothing at all where one file is in the way", async () => {
    bench.write("millrace.yaml", "store: sqlite:./mine.db\n");
    const { code, stderr } = await bench.run(["init", "--yes", "--no-install"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/millrace\.yaml is here already, and init writes over nothing/);
    expect(read("millrace.yaml")).toBe("store: sqlite:./mine.db\n");
    expect(existsSync(bench.path("tasks.ts"))).toBe(false);
  });

  it.each([
    ["module", '\ufeff{ "type": "module" }', "tasks.ts", "module"],
    ["CommonJS, which is what a package is that says nothing", '{ "name": "shop" }', "tasks.mts", undefined],
    ["CommonJS, with a program beside dependencies", '{ "dependencies": {} }', "tasks.mts", undefined, "server.js"],
    ["none, of what npm install made", '{ "dependencies": { "millrace": "*" } }', "tasks.ts", "module"],
    ["none: a new one", undefined, "tasks.ts", "module"],
  ])("leaves the kind of the folder's modules as it is: %s", async (_kind, manifest, tasks, type, program?: string) => {
    if (manifest !== undefined) bench.write("package.json", manifest);
    if (program !== undefined) bench.write(program, 'require("node:os");\n');
    const { code } = await bench.run(["init", "--yes", "--no-install"]);
    expect(code).toBe(0);
    expect(existsSync(bench.path(tasks))).toBe(true);
    expect((JSON.parse(read("package.json")) as { type?: string }).type).toBe(type);
  });

  it.each(["null", "[]", '"shop"', "{"])("leaves a package.json alone that is no object: %s", async (manifest) => {
    bench.write("package.json", manifest);
    const { code, stderr } = await bench.run(["init", "--yes", "--no-install"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: package\.json here is no JSON object/)]);
    expect(read("package.json")).toBe(manifest);
  });

  it("keeps to the folder's kind of modules, and to what .gitignore has", async () => {
    bench.write("package.json", '{ "type": "commonjs" }');
    bench.write(".gitignore", "dist/\n*.db");
    await bench.run(["init", "--yes", "--no-install"]);
    expect(existsSync(bench.path("tasks.mts"))).toBe(true);
    expect(read("millrace.yaml")).toContain("tasks: ./tasks.mts\n");
    expect(read(".gitignore")).toBe("dist/\n*.db\nnode_modules/\n*.db-wal\n*.db-shm\n*.db-wake\n");
  });
});

describe("millrace completion", { timeout: PATIENCE_MS }, () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it.skipIf(spawnSync("bash", ["--version"]).status !== 0)(
    "completes commands, flags and their values in bash",
    async () => {
      const { stdout: script } = await bench.run(["completion", "bash"]);
      const completed = (...words: string[]): string[] => {
        const line = `${script}\nCOMP_WORDS=(millrace ${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length}\n_millrace\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
        return spawnSync("bash", ["-c", line], { cwd: bench.folder, encoding: "utf8" })
          .stdout.split("\n")
          .filter(Boolean);
      };
      expect(completed("wo")).toEqual(["worker"]);
      expect(completed("d")).toEqual(["dead", "doctor"]);
      expect(completed("dead", "")).toEqual(["list", "replay", "purge"]);
      expect(completed("queues", "")).toEqual(["pause", "resume", "drain"]);
      expect(completed("queues", "--js")).toEqual(["--json"]);
      expect(completed("dead", "replay", "--a")).toEqual(["--all"]);
      expect(completed("worker", "--que")).toEqual(["--queue"]);
      expect(completed("worker", "ta")).toEqual(["tasks.ts"]);
      expect(completed("list", "--state", "run")).toEqual(["running"]);
      expect(completed("worker", "--log-level", "")).toEqual(["debug", "info", "warn", "error"]);
      expect(completed("send", "--wa")).toEqual(["--wait"]);
      expect(completed("worker", "--containment", "n")).toEqual(["namespace"]);
      expect(completed("gateway", "--tokens", "ta")).toEqual(["tasks.ts"]);
    },
  );

  it.each(["zsh", "fish"])("knows every command and flag in %s, in a script that the shell reads", async (shell) => {
    const [{ stdout: script }, { stdout: json }] = await Promise.all([
      bench.run(["completion", shell]),
      bench.run(["completion", shell, "--json"]),
    ]);
    const { commands } = JSON.parse(json) as { commands: { name: string; flags: { form: string }[] }[] };
    expect(commands.length).toBeGreaterThan(10);
    for (const { name, flags } of commands) {
      for (const word of name.split(" ")) expect(script).toContain(word);
      for (const { form } of flags) expect(script).toContain(shell === "fish" ? `-l ${form.slice(2)}` : `*${form}[`);
    }
    // zsh completes nothing behind a word that it does not expect, and the command's own is one.
    const rests = script.match(/^ +'\*:(file:_files|argument: )' ;;$/gm) ?? [];
    if (shell === "zsh") expect(rests).toHaveLength(commands.length);
    // Where the shell is not installed, its own word on the script is not to be had.
    const read = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    if (read.error === undefined) expect(read).toMatchObject({ status: 0, stderr: "" });
  });
});
