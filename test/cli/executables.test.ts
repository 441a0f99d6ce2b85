import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Workbench } from "./workbench.ts";

describe("millrace worker --bin", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
    mkdirSync(bench.path("bin"), { mode: 0o755 });
  });
  afterEach(() => bench.remove());

  function program(name: string, text: string): void {
    writeFileSync(bench.path(`bin/${name}`), text);
    chmodSync(bench.path(`bin/${name}`), 0o755);
  }

  it("runs the files of a folder, and says how it holds them together", async () => {
    program("say", `#!/bin/bash\necho "$MODE: $*"\n`);
    const worker = bench.start([
      "worker",
      "--bin",
      "./bin",
      "--trim",
      "--env",
      "MODE=loud",
      "--containment",
      "group",
      "--log-format",
      "pretty",
    ]);
    expect(await worker.line(/ready/)).toMatch(
      /ready +\S+ · executables: \S+\/bin \(group\) · queue: default:10 · sqlite:/,
    );
    const sent = await bench.run(["send", "say", "--wait", "15s", "--string", "007", "a  b", "", "--", "-x"]);
    expect(sent).toMatchObject({ code: 0, stdout: "loud: 007 a  b  -x\n" });
    worker.signal("SIGTERM");
    expect((await worker.end).stdout).toMatch(/stopped +1 succeeded/);
  });

  it("serves a tasks file beside it, and tells programs of it as JSON", async () => {
    program("fails", "#!/bin/bash\necho 'no such thing' >&2; exit 4\n");
    const worker = bench.start([
      "worker",
      "tasks.ts",
      "--bin",
      "bin",
      "--json",
      "--resident",
      "other",
      "--limit",
      "files=64",
    ]);
    expect(JSON.parse(await worker.line(/"ready"/))).toMatchObject({
      event: "ready",
      executables: { folder: bench.path("bin") },
    });
    const [added, failed] = await Promise.all([
      bench.run(["send", "add", "1", "2", "--wait", "15s"]),
      bench.run(["send", "fails", "--retries", "0", "--wait", "15s", "--json"]),
    ]);
    expect(added.stdout).toBe("3\n");
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      state: "failed",
      error: {
        name: "ProcessExitError",
        code: "ERR_PROCESS_EXIT",
        message: '"fails" exited with code 4: no such thing',
      },
    });
  });

  it("ends a program that takes longer than --timeout, within --kill-grace", async () => {
    program("slow", "#!/bin/bash\ntrap '' TERM\nsleep 1000\n");
    const worker = bench.start(["worker", "--bin", "bin", "--timeout", "200ms", "--kill-grace", "100ms"]);
    await worker.line(/ready/);
    const sent = await bench.run(["send", "slow", "--retries", "0", "--wait", "15s"]);
    expect(sent.code).toBe(1);
    expect(sent.stderr).toMatch(/ran longer than its timeout of 200 ms/);
  });

  it.each<[string, string[], RegExp]>([
    ["neither a file nor a folder", [], /worker needs a tasks file, a folder of executables, or both/],
    [
      "flags of executables without a folder",
      ["tasks.ts", "--fail-on", "stderr"],
      /--fail-on is about executables, and goes with --bin/,
    ],
    ["a folder that is not there", ["--bin", "none"], /executables: none is not there/],
    ["a choice that is none", ["--bin", "bin", "--output", "xml"], /output must be one of "text", "json", not "xml"/],
    ["a limit that is none", ["--bin", "bin", "--limit", "colour=red"], /--limit colour=red is no limit/],
    ["a limit of a wrong size", ["--bin", "bin", "--limit", "files=many"], /limits\.openFiles must be a whole number/],
    ["a user by name", ["--bin", "bin", "--run-as", "nobody"], /--run-as nobody is no user and group/],
    ["a variable that changes code", ["--bin", "bin", "--env", "NODE_OPTIONS"], /no program gets NODE_OPTIONS/],
    ["a variable without a name", ["--bin", "bin", "--env", "=x"], /"" is no name for a variable/],
    ["a cap that is no number", ["--bin", "bin", "--max-output", "much"], /--max-output must be a number/],
    ["a grace of days", ["--bin", "bin", "--kill-grace", "2d"], /grace must be at most 1d, not 2d/],
  ])("refuses %s with a sentence and exit code 2", async (_what, args, message) => {
    const { code, stderr } = await bench.run(["worker", ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
