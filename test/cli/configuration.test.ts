import { afterAll, describe, expect, it } from "vitest";
import { STACK, Workbench } from "./workbench.ts";

interface Shown {
  readonly file?: string;
  readonly settings: readonly {
    readonly key: string;
    readonly value?: unknown;
    readonly from: { readonly kind: string };
  }[];
  readonly remarks: readonly string[];
}

/** The settings of a `config --json` that do not come from the defaults. */
function given(stdout: string): Record<string, unknown> {
  const { settings } = JSON.parse(stdout) as Shown;
  return Object.fromEntries(
    settings.filter(({ from }) => from.kind !== "default").map(({ key, value, from }) => [key, [value, from.kind]]),
  );
}

/** Each call is a process, and the machine may be busy. */
const PATIENCE_MS = 120_000;

describe("millrace config", { timeout: PATIENCE_MS }, () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it("shows every setting with where it comes from: file and line, variable, flag", async () => {
    bench.write("millrace.yaml", "store: sqlite:./from-file.db\nretries: 5\nworker:\n  lease: 20s\n");
    const { code, stdout, stderr } = await bench.run(["config", "--lease", "1m", "--queue", "web:2@100ms"], {
      MILLRACE_STORE: "sqlite:./from-environment.db",
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^file {2}\.\/millrace\.yaml\n/);
    expect(stdout).toMatch(/^store +sqlite:\.\/from-environment\.db +\$MILLRACE_STORE$/m);
    expect(stdout).toMatch(/^retries +5 +\.\/millrace\.yaml:2:10$/m);
    expect(stdout).toMatch(/^worker\.lease +1m +--lease$/m);
    expect(stdout).toMatch(/^worker\.queues +\{"web":\{"concurrency":2,"minInterval":"100ms"\}\} +--queue$/m);
    expect(stdout).toMatch(/^worker\.grace +30s +default$/m);
  });

  it("shows no password, and names the variable that was meant", async () => {
    const { code, stdout, stderr } = await bench.run(["config", "--store", "redis://ada:geheim@host/1"], {
      MILLRACE_NAMESPCE: "shop",
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^store +redis:\/\/\*\*\*@host\/1 +--store$/m);
    expect(stderr).toContain("note: $MILLRACE_NAMESPCE stands for no setting; did you mean $MILLRACE_NAMESPACE?");
    const json = await bench.run(["config", "--json"], { MILLRACE_STORE: "redis://ada:geheim@host/1" });
    expect(stdout + json.stdout).not.toContain("geheim");
  });

  it("understands kingtask's files as they are, named with one dash or two", async () => {
    bench.write(
      "worker.yaml",
      "broker : 127.0.0.1:9595\nredis : 127.0.0.1:6379/3\nlog_path : ./logs\nlog_level: debug\nperiod : 1\nresult_keep_time : 1000\ntask_run_time: 30\n",
    );
    const [one, two] = await Promise.all([
      bench.run(["config", "-config=worker.yaml", "--json"]),
      bench.run(["config", "--config=worker.yaml", "--json"]),
    ]);
    expect(one).toEqual(two);
    expect(given(one.stdout)).toEqual({
      store: ["redis://127.0.0.1:6379/3", "file"],
      retries: [0, "kingtask"],
      timeout: [30_000, "file"],
      retention: [1_000_000, "file"],
      "log.level": ["debug", "file"],
      "log.path": ["logs/millrace.log", "file"],
      "worker.executables": [{ failOn: "stderr", trim: true }, "kingtask"],
      "worker.queues": [{ default: { concurrency: 1, minInterval: 1_000 } }, "file"],
    });
    expect((JSON.parse(one.stdout) as Shown).remarks).toEqual([
      expect.stringMatching(/worker\.yaml:1: broker is of no/),
    ]);
  });

  it("refuses kingtask's address for everybody without a token, with what to do", async () => {
    bench.write("broker.yaml", "addr : 0.0.0.0:9595\nredis : 127.0.0.1:6379\nlog_level: debug\n");
    const { code, stdout, stderr } = await bench.run(["gateway", "-config=broker.yaml", "--store", "sqlite:./new.db"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/the gateway would listen at 0\.0\.0\.0 for anybody who can reach it\. Make a token first/);
  });

  it("shows no token", async () => {
    const [text, json] = await Promise.all([
      bench.run(["config"], { MILLRACE_TOKEN: "geheim" }),
      bench.run(["config", "--json"], { MILLRACE_TOKEN: "geheim" }),
    ]);
    expect(text.stdout).toMatch(/^token +\*\*\* +\$MILLRACE_TOKEN$/m);
    expect(text.stdout + json.stdout).not.toContain("geheim");
  });

  it("prints the schema that is published", async () => {
    const { stdout } = await bench.run(["config", "--schema"]);
    expect(JSON.parse(stdout)).toMatchObject({
      title: "Configuration of Millrace",
      properties: { store: {}, log: {} },
    });
  });
});

describe("a configuration file", { timeout: PATIENCE_MS }, () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it("says where jobs are kept for every command, and flags and environment win over it", async () => {
    bench.write("millrace.yaml", "store: sqlite:./of-file.db\nnamespace: shop\n");
    const sent = await bench.run(["send", "add", "1", "2", "--id", "a-1"]);
    expect(sent).toMatchObject({ code: 0, stdout: "a-1\n", stderr: expect.stringContaining("of-file.db") });
    const [listed, otherwise, elsewhere] = await Promise.all([
      bench.run(["list", "--json"]),
      bench.run(["list", "--json", "--namespace", "other"]),
      bench.run(["list"], { MILLRACE_STORE: "sqlite:./none.db" }),
    ]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ jobs: [{ id: "a-1" }] });
    expect(JSON.parse(otherwise.stdout)).toEqual({ jobs: [] });
    expect(elsewhere).toMatchObject({ code: 5, stderr: expect.stringContaining("none.db") });
  });

  it.each(["send", "list", "worker", "config", "doctor"])(
    "with a mistake stops %s, with the place",
    async (command) => {
      const path = bench.write(`${command}.yaml`, "worker:\n  queues:\n    web: 4\n  leese: 10s\n");
      const words = { send: ["add"], worker: ["tasks.ts"] }[command] ?? [];
      const { code, stdout, stderr } = await bench.run([command, ...words, "--config", path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(
        `error: ${path}:4:3: there is no setting "leese" in worker; did you mean "lease"? There are tasks, bin,`,
      );
      expect(stderr).not.toMatch(STACK);
    },
  );
});
