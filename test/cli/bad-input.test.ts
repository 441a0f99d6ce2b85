import { chmodSync, existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STACK, Workbench } from "./workbench.ts";

const NO_FLAG: readonly [args: readonly string[], sentence: RegExp][] = [
  [["wroker"], /there is no command "wroker"; did you mean worker\? \(ERR_USAGE\)\n {2}try: millrace --help/],
  [["dead", "lst"], /there is no command "dead lst"; did you mean dead list\?/],
  [["dead"], /dead alone does nothing.*\n {2}try: dead list, dead replay, dead purge/],
  [["send"], /send needs a <task> .*\n {2}try: millrace send <task> \[\.\.\.args\]/],
  [["status", "a", "b"], /status takes no more than 1: "b" is left over/],
  [["send", "add", "--prioritty", "3"], /there is no flag --prioritty; did you mean --priority\?/],
  [["send", "add", "-x"], /there is no flag -x.*\n {2}try: an argument that starts with a dash goes after --/],
  [["list", "--wait", "5s"], /list has no flag --wait .*\n {2}try: it is for send, result/],
  [["send", "add", "--wait"], /--wait needs a value/],
  [["list", "--json=yes"], /--json takes no value/],
  [["send", "add", "--id", "a", "--id", "b"], /--id is given twice/],
  [["list", "--state", "runing"], /"runing" is no state; did you mean "running"\?/],
  [["worker", "tasks.ts", "--queue", "web:four"], /--queue web:four: "four" is no concurrency/],
  [["worker", "tasks.ts", "--queue", "web:1", "--queue", "web:2"], /--queue names "web" twice/],
  [["dead", "replay", "a", "--all"], /give ids or --all, not both/],
  [["worker"], /worker needs a tasks file, a folder of executables, or both/],
  [["completion", "tcsh"], /"tcsh" is no shell that can be completed in.*\n {2}try: there are bash, zsh, fish/],
  [["init"], /tasks\.ts is here already, and init writes over nothing/],
  [["doctor", "--fixx"], /there is no flag --fixx; did you mean --fix\?/],
];

const REFUSED: readonly [args: readonly string[], sentence: RegExp][] = [
  [["send", "add", "--wait", "5x"], /--wait must be milliseconds .* such as "5s"; not "5x" \(ERR_CONFIGURATION\)/],
  [["send", "add", "--run-after", "-5s"], /--run-after must be between 0 and a hundred years, not -5s/],
  [["send", "add", "--timeout", "900000w"], /--timeout must be between 0 and a hundred years/],
  [["send", "add", "--run-at", "tomorrow"], /--run-at must be a Date.*; not "tomorrow"/],
  [["send", "add", "--run-at", "2099-01-01T00:00:00Z", "--run-after", "1s"], /not both/],
  [["send", "add", "--retries", "-1"], /--retries must be a whole number/],
  [["send", "add", "--retries", "few"], /--retries must be a number, not "few"/],
  [["send", "add", "--backoff", "5s,soon"], /--backoff\[1\] must be .* not "soon"/],
  [["send", "add", "--priority", "10"], /--priority must be a whole number from 0 to 9, not 10/],
  [["send", "no name"], /"no name" is no name for a task/],
  [["send", "add", "--queue", "no queue"], /"no queue" is no name for a queue/],
  [["send", "add", "--id", "no id"], /"no id" is no id for a job/],
  [["send", "add", "1e999"], /Infinity is not a JSON number \(ERR_PAYLOAD\)/],
  [["send", "add", "--namespace", "Big Shop"], /"Big Shop" is no namespace/],
  [
    ["send", "add", "--store", "sqlit:./x.db"],
    /there is no driver "sqlit:" .*did you mean "sqlite:"\? .*ERR_STORE_URL/,
  ],
  [["send", "add", "--store", "millrace.db"], /"millrace\.db" is no store URL: it needs a scheme/],
  [["send", "add", "--store", "memory:"], /"memory:" ends with the process that opens it/],
  [["worker", "tasks.ts", "--queue", "web:0"], /the concurrency of queue "web" must be a whole number from 1/],
  [["worker", "tasks.ts", "--grace", "-1s"], /--grace must be between 0/],
  [["worker", "tasks.ts", "--lease", "1ms"], /--lease must be at least 50 ms/],
  [["worker", "tasks.ts", "--queue", "web:1@often"], /--queue: the minInterval of queue "web" must be .* not "often"/],
  [["worker", "tasks.ts", "--log-level", "loud"], /--log-level must be one of debug, info, warn, error; not "loud"/],
  [["worker", "tasks.ts", "--log-path", "/proc/no/such.log"], /the log file \/proc\/no\/such\.log cannot be written/],
  [["top", "--interval", "1ms"], /--interval must be at least 100 ms, not 1/],
  [["doctor", "--slow", "soon"], /--slow must be .* not "soon"/],
  [["list", "--config", "milrace.yaml"], /there is no configuration file milrace\.yaml \(ERR_CONFIGURATION\)/],
];

/** Each case is a process, and the machine may be busy. */
const PATIENCE_MS = 120_000;

describe("bad input on the command line", () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it.each([
    ["a command line that is wrong", NO_FLAG],
    ["a value that is refused", REFUSED],
  ])(
    "answers %s with a sentence and exit code 2, and makes no store",
    { timeout: PATIENCE_MS },
    async (_name, cases) => {
      const outcomes = await Promise.all(cases.map(([args]) => bench.run(args)));
      for (const [at, { code, stdout, stderr }] of outcomes.entries()) {
        const [args, sentence] = cases[at]!;
        expect.soft(stderr, args.join(" ")).toMatch(sentence);
        expect.soft(stderr, args.join(" ")).toMatch(/^error: /);
        expect.soft(stderr, args.join(" ")).not.toMatch(STACK);
        expect.soft({ code, stdout }, args.join(" ")).toEqual({ code: 2, stdout: "" });
      }
      expect(existsSync(bench.path("millrace.db"))).toBe(false);
    },
  );

  it("answers in JSON when asked to, on standard output", async () => {
    const { code, stdout, stderr } = await bench.run(["send", "add", "--priority", "10", "--json"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "ERR_CONFIGURATION",
        message: "--priority must be a whole number from 0 to 9, not 10",
        retryable: false,
        details: expect.any(Object),
      },
    });
  });

  it("reads nothing from a store that is not there, and makes none", async () => {
    const commands = [["list"], ["queues"], ["status", "a"], ["result", "a"], ["cancel", "a"], ["dead", "list"]];
    const outcomes = await Promise.all(commands.map((args) => bench.run(args, { MILLRACE_STORE: "sqlite:./none.db" })));
    for (const { code, stdout, stderr } of outcomes) {
      expect.soft({ code, stdout }).toEqual({ code: 5, stdout: "" });
      expect.soft(stderr).toMatch(/error: there is no store at \.\/none\.db.*--store.*\(ERR_STORE_FILE\)/);
    }
    expect(existsSync(bench.path("none.db"))).toBe(false);
  });
});

describe("a store that cannot be used", () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());
  const refused = new Map<string, RegExp>();

  beforeAll(() => {
    bench.write("text.db", "this is no database".repeat(20));
    refused.set(`sqlite:${bench.path("text.db")}`, /is no SQLite database.*\(ERR_STORE_FILE\)/);
    const foreign = new DatabaseSync(bench.path("foreign.db"));
    foreign.exec("CREATE TABLE people (name TEXT)");
    foreign.close();
    refused.set(`sqlite:${bench.path("foreign.db")}`, /is a database of another program.*\(ERR_STORE_FILE\)/);
    refused.set(`sqlite:${bench.folder}`, /is no place for the store's file/);
    refused.set(`sqlite:${unwritable(bench)}`, /cannot be written by this user.*\(ERR_STORE_FILE\)/);
  });

  it.each(["list", "send", "worker"])("is refused by %s with a sentence, soon", async (command) => {
    const args = { list: ["list"], send: ["send", "add"], worker: ["worker", "tasks.ts"] }[command] ?? [];
    const cases = [...refused];
    const outcomes = await Promise.all(cases.map(([store]) => bench.run([...args, "--store", store])));
    for (const [at, { code, stdout, stderr }] of outcomes.entries()) {
      const [store, sentence] = cases[at]!;
      expect.soft(stderr, store).toMatch(sentence);
      expect.soft(stderr, store).not.toMatch(STACK);
      expect.soft(stdout, store).toBe("");
      expect.soft(code, store).toBe(/ERR_STORE/.test(stderr) ? 5 : 2);
    }
  });

  it("is refused by send where its folder is missing", async () => {
    const { code, stderr } = await bench.run(["send", "add", "--store", "sqlite:./no/such/x.db"]);
    expect(stderr).toMatch(/the folder .*no\/such for the store's file does not exist; create it first/);
    expect(code).toBe(2);
  });
});

/** The superuser may write to any file but those of the kernel. */
function unwritable(bench: Workbench): string {
  if (process.getuid?.() === 0) return "/sys/kernel/uevent_seqnum";
  const path = bench.write("locked.db", "");
  chmodSync(path, 0o400);
  return path;
}
