import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import { readConfiguration } from "./read-configuration.ts";
import { readSettingsFile } from "./settings-file.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string | Buffer, name = "millrace.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is wrong with a file of this text, with `FILE` for its path. */
async function problem(text: string | Buffer): Promise<string> {
  const path = file(text);
  try {
    await readSettingsFile(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message.replaceAll(path, "FILE");
  }
  return "nothing";
}

/** `a`, then ten times what was before, nine times: a gigabyte for whoever expands it. */
const BOMB = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
  .split("")
  .map((name, at) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${"abcdefghi"[at]}`).join()}]`)
  .join("\n")}`;

describe("a file with a mistake is refused with the place and what is allowed", () => {
  test.each<[what: string, text: string, sentence: RegExp]>([
    [
      "an unknown key",
      "store: sqlite:x\nretrys: 3\n",
      /^FILE:2:1: there is no setting "retrys"; did you mean "retries"\? There are store,/,
    ],
    [
      "one of a section",
      "log:\n  levl: info\n",
      /^FILE:2:3: there is no setting "levl" in log; did you mean "level"\? There are level, format/,
    ],
    [
      "a key near no other",
      "worker:\n  log_level: info\n",
      /^FILE:2:3: there is no setting "log_level" in worker\. There are tasks,/,
    ],
    ["a tab", "log:\n\tlevel: info\n", /^FILE:2:1: a tab cannot indent in YAML; use spaces$/],
    ["a key twice", "retries: 1\nstore: x\nretries: 2\n", /^FILE:3:1: the key retries is there already/],
    ["a number in quotes", 'retries: "5"', /^FILE:1:10: retries must be a whole number from 0 to 1000000, not "5"$/],
    ["a number that is a word", "retries: few", /^FILE:1:10: retries must be a whole number from 0/],
    [
      "a time without a unit that exists",
      "timeout: 5x",
      /^FILE:1:10: timeout must be milliseconds .* such as "5s"; not "5x"$/,
    ],
    ["a lease too long", "worker:\n  lease: 8w", /^FILE:2:10: worker\.lease must be at most 1d, not 8w$/],
    ["a lease too short", "worker:\n  lease: 1ms", /^FILE:2:10: worker\.lease must be at least 50 ms, not 1$/],
    [
      "a word that is none of some",
      "log: { level: verbos }",
      /^FILE:1:15: log\.level must be one of debug, info, warn, error; not "verbos"/,
    ],
    ["a switch in words", "log: { args: yes }", /^FILE:1:14: log\.args must be true or false, not "yes"$/],
    [
      "a size",
      "log: { maxSize: 5 XB }",
      /^FILE:1:17: log\.maxSize must be from 1024 to .* such as "100MB"; not "5 XB"$/,
    ],
    ["a gap of a list", "backoff: [5s, soon]", /^FILE:1:10: backoff\[1\] must be .* not "soon"$/],
    ["a namespace", "namespace: Big Shop", /^FILE:1:12: namespace: "Big Shop" is no namespace/],
    ["a number for a text", "namespace: 7", /^FILE:1:12: namespace must be a text, not 7; put it in quotes$/],
    [
      "a queue's concurrency",
      "worker:\n  queues:\n    web: 0\n",
      /^FILE:3:10: worker\.queues: the concurrency of queue "web" must be a whole number from 1 to 10000, not 0$/,
    ],
    [
      "a queue's pacing",
      "worker:\n  queues:\n    web:\n      minInterval: often\n",
      /^FILE:4:20: worker\.queues: the minInterval of queue "web" must be/,
    ],
    [
      "a queue's option",
      "worker:\n  queues:\n    web: { concurency: 1 }\n",
      /^FILE:3:10: .*no option of queue "web" "concurency"; did you mean "concurrency"\?/,
    ],
    [
      "an address",
      "gateway: { address: localhost }",
      /^FILE:1:21: gateway\.address: "localhost" is no address: give a host and a port/,
    ],
    [
      "an option of executables",
      "worker: { executables: { failOn: always } }",
      /^FILE:1:24: worker\.executables: failOn must be one of/,
    ],
    ["no queues", "worker: { queues: {} }", /^FILE:1:19: worker\.queues names no queue/],
    ["a section that is none", "log: info", /^FILE:1:6: log must be a map of level, format, path/],
    ["a list", "- store: x", /^FILE:1:1: a configuration is a map/],
    ["a broken value", "store: [a", /^FILE:1:10: this is no YAML: /],
    ["two keys in a line", "store: sqlite: x", /^FILE:1:8: this line has two keys; put the value in quotes/],
    ["a second document", "store: x\n---\nstore: y", /^FILE:2:1: a second document begins here/],
    ["an alias", "store: &s x\nnamespace: *s", /^FILE:1:11: anchors \(&s\) are not read here/],
    ["an alias bomb", BOMB, /^FILE:1:7: anchors \(&a\) are not read here/],
    ["a tag", "store: !!js/function x", /^FILE:1:8: this is no YAML: Unresolved tag/],
    ["deep nesting", `store: ${"[".repeat(50)}${"]".repeat(50)}`, /^FILE:1:\d+: nested deeper than 20 levels$/],
    ["very deep nesting", "[".repeat(200_000), /^FILE:1:\d+: /],
    ["a key that is a list", "? [a]\n: 1", /^FILE:1:3: a key must be a word$/],
    ["a huge file", `store: ${"x".repeat(1_000_001)}`, /^FILE:1:1: a file of \d+ characters is no configuration$/],
    [
      "kingtask's redis",
      "redis: not a host",
      /^FILE:1:8: redis must be host:port, or host:port\/db; not "not a host"$/,
    ],
    [
      "kingtask's seconds",
      "task_run_time: 30s",
      /^FILE:1:16: task_run_time must be a whole number of seconds, not "30s"$/,
    ],
    ["kingtask's period twice", "period: 1\nperoid: 2", /^FILE:2:1: peroid says the same as period further up/],
    [
      "both ways to say one thing",
      "redis: 127.0.0.1:6379\nstore: sqlite:x",
      /^FILE:2:8: store says the same as redis further up/,
    ],
  ])("%s", async (_what, text, sentence) => {
    expect(await problem(text)).toMatch(sentence);
  });

  test("bytes that are no text, a folder, a file that is not there", async () => {
    expect(await problem(Buffer.from([0x73, 0xff, 0xfe]))).toBe("FILE is not UTF-8 text");
    await expect(readSettingsFile(folder)).rejects.toThrow(/is a folder; give a configuration file/);
    file("");
    await expect(readSettingsFile(join(folder, "milrace.yaml"))).rejects.toThrow(/did you mean millrace\.yaml\?/);
  });
});

describe("a file", () => {
  test("may be empty, and keys may be without a value", async () => {
    for (const text of ["", "# nothing\n", "store:\nlog:\n"]) {
      expect([...(await readSettingsFile(file(text))).chosen]).toEqual([]);
    }
  });

  test("gives every setting with its place", async () => {
    const text = `
store: sqlite:/var/lib/shop.db
backoff: [5s, 8s]
retention: { status: 7d, result: forever }
log:
  level: debug
  maxSize: 5MiB
worker:
  tasks: ./tasks.ts
  queues:
    default: 10
    web: { concurrency: 4, minInterval: 200ms }
`;
    const { chosen } = await readSettingsFile(file(text));
    expect([...chosen].map(([key, { value, source }]) => [key, value, source])).toEqual([
      ["store", "sqlite:/var/lib/shop.db", at(2, 8, "store")],
      ["backoff", ["5s", "8s"], at(3, 10, "backoff")],
      ["retention", { status: "7d", result: "forever" }, at(4, 12, "retention")],
      ["log.level", "debug", at(6, 10, "log.level")],
      ["log.maxSize", 5_242_880, at(7, 12, "log.maxSize")],
      ["worker.tasks", ["./tasks.ts"], at(9, 10, "worker.tasks")],
      ["worker.queues", { default: 10, web: { concurrency: 4, minInterval: "200ms" } }, at(11, 5, "worker.queues")],
    ]);
  });
});

describe("a file of kingtask", () => {
  test("is understood as it is, with what it leaves out made sane", async () => {
    const text = `#broker地址
broker : 127.0.0.1:9595
#redis地址
redis : 127.0.0.1:6379/2
#异步任务可执行文件目录
bin_path : /Users/flike/src
log_path : /var/log/kingtask
log_level: DEBUG
#每个任务执行时间间隔，单位为秒
period : 1
result_keep_time : 1000
task_run_time: 30
`;
    const { chosen, remarks } = await readSettingsFile(file(text, "worker.yaml"));
    expect(Object.fromEntries([...chosen].map(([key, { value }]) => [key, value]))).toEqual({
      store: "redis://127.0.0.1:6379/2",
      "log.path": "/var/log/kingtask/millrace.log",
      "log.level": "debug",
      "worker.bin": "/Users/flike/src",
      "worker.executables": { failOn: "stderr", trim: true },
      "worker.queues": { default: { concurrency: 1, minInterval: 1_000 } },
      retention: 1_000_000,
      timeout: 30_000,
      retries: 0,
    });
    expect(chosen.get("retries")?.source).toEqual({ kind: "kingtask", file: join(folder, "worker.yaml") });
    expect(remarks).toEqual([expect.stringMatching(/worker\.yaml:2: broker is of no consequence here/)]);
  });

  test("for its broker gives the address of a gateway", async () => {
    const { chosen } = await readSettingsFile(
      file(
        "#broker地址\naddr : 0.0.0.0:9595\nredis : 127.0.0.1:6379\n#log_path: /Users/flike/src \nlog_level: error",
        "broker.yaml",
      ),
    );
    expect(chosen.get("gateway.address")).toMatchObject({ value: "0.0.0.0:9595", source: { line: 2, key: "addr" } });
    expect(chosen.get("store")?.value).toBe("redis://127.0.0.1:6379");
  });

  test("runs one job at a time without a period, and for any time where it said 0", async () => {
    const { chosen } = await readSettingsFile(file("redis: localhost:6379\ntask_run_time: 0\n"));
    expect(chosen.get("worker.queues")?.value).toEqual({ default: 1 });
    expect(chosen.has("timeout")).toBe(false);
  });
});

describe("readConfiguration", () => {
  test("takes flags over the environment over the file over the defaults, and says which", async () => {
    const path = file("store: sqlite:./file.db\nnamespace: file\nretries: 1\n");
    const configuration = await readConfiguration({
      file: path,
      environment: { MILLRACE_STORE: "sqlite:./env.db", MILLRACE_NAMESPACE: "env", MILLRACE_RETRY_ON: "" },
      flags: new Map([["store", "sqlite:./flag.db"]]),
    });
    const said = (key: "store" | "namespace" | "retries" | "retryOn" | "log.level"): unknown[] => [
      configuration.get(key),
      configuration.sourceOf(key).kind,
    ];
    expect(said("store")).toEqual(["sqlite:./flag.db", "flag"]);
    expect(said("namespace")).toEqual(["env", "environment"]);
    expect(said("retries")).toEqual([1, "file"]);
    expect(said("retryOn")).toEqual([undefined, "default"]);
    expect(said("log.level")).toEqual(["info", "default"]);
    expect(configuration.pick({ retries: "retries", retryOn: "retryOn" })).toEqual({ retries: 1 });
  });

  test("looks for a file where none is named: in the environment, then in the usual places, in their order", async () => {
    const [one, two] = [file("namespace: one", "one.yaml"), file("namespace: two", "two.yaml")];
    const usualFiles = [join(folder, "none.yaml"), one, two];
    const found = await readConfiguration({ usualFiles, environment: {} });
    expect([found.file, found.get("namespace")]).toEqual([one, "one"]);
    const named = await readConfiguration({ usualFiles, environment: { MILLRACE_CONFIG: two } });
    expect([named.file, named.get("namespace")]).toEqual([two, "two"]);
    const none = await readConfiguration({ usualFiles: [], environment: {} });
    expect([none.file, none.get("namespace")]).toEqual([undefined, undefined]);
  });

  test("reads texts as what the setting needs", async () => {
    const { get } = await environment({
      MILLRACE_RETRIES: "5",
      MILLRACE_BACKOFF: "5s, 800,9s",
      MILLRACE_LOG_ARGS: "true",
      MILLRACE_WORKER_QUEUES: "default:10,web:4@200ms,mail@2s,a:b:3",
      MILLRACE_WORKER_TASKS: "./a.ts,./b.ts",
      MILLRACE_MAX_PAYLOAD_BYTES: "2MB",
    });
    expect(get("retries")).toBe(5);
    expect(get("backoff")).toEqual(["5s", 800, "9s"]);
    expect(get("log.args")).toBe(true);
    expect(get("worker.queues")).toEqual({
      default: { concurrency: 10 },
      web: { concurrency: 4, minInterval: "200ms" },
      mail: { minInterval: "2s" },
      "a:b": { concurrency: 3 },
    });
    expect(get("worker.tasks")).toEqual(["./a.ts", "./b.ts"]);
    expect(get("maxPayloadBytes")).toBe(2_000_000);
  });

  test.each([
    ["MILLRACE_RETRIES", "few", /^\$MILLRACE_RETRIES must be a whole number/],
    ["MILLRACE_LOG_LEVEL", "loud", /^\$MILLRACE_LOG_LEVEL must be one of debug/],
    ["MILLRACE_NAMESPACE", "Big Shop", /^\$MILLRACE_NAMESPACE: "Big Shop" is no namespace/],
    ["MILLRACE_WORKER_QUEUES", "web:four", /^\$MILLRACE_WORKER_QUEUES web:four: "four" is no concurrency/],
    ["MILLRACE_CONFIG", "/no/such.yaml", /^there is no configuration file \/no\/such\.yaml/],
  ])("refuses %s=%s with its name", async (variable, value, sentence) => {
    await expect(environment({ [variable]: value })).rejects.toThrow(sentence);
  });
});

function at(line: number, column: number, key: string): object {
  return { kind: "file", file: join(folder, "millrace.yaml"), line, column, key };
}

async function environment(
  variables: Record<string, string>,
): Promise<{ readonly get: (key: Parameters<Awaited<ReturnType<typeof readConfiguration>>["get"]>[0]) => unknown }> {
  const configuration = await readConfiguration({ usualFiles: [], environment: variables });
  return { get: (key) => configuration.get(key) };
}
