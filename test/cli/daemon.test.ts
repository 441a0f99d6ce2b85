import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RotatingFile } from "../../src/telemetry/index.ts";
import { SmallDisk, canMount } from "../sqlite/small-disk.ts";
import { Workbench } from "./workbench.ts";

interface Line {
  readonly level: string;
  readonly message: string;
  readonly event?: string;
  readonly [fact: string]: unknown;
}

function entries(text: string): Line[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Each call is a process, and the machine may be busy. */
const PATIENCE_MS = 120_000;

describe("millrace worker as a daemon", { timeout: PATIENCE_MS }, () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  it("takes its tasks, queues and the rest from the configuration file", async () => {
    bench.write(
      "millrace.yaml",
      "retries: 1\nbackoff: [10]\nworker:\n  tasks: [./tasks.ts]\n  name: from-file\n  queues:\n    default: { concurrency: 2, minInterval: 20ms }\n",
    );
    const worker = bench.start(["worker"]);
    const ready = JSON.parse(await worker.line(/"ready"/)) as Line;
    expect(ready).toMatchObject({ level: "info", event: "ready", worker: "from-file", queues: { default: 2 } });
    const failed = await bench.run(["send", "flaky", "--wait", "10s", "--json"]);
    expect(JSON.parse(failed.stdout)).toMatchObject({ state: "succeeded", attempt: 2, worker: "from-file" });
    worker.signal("SIGTERM");
    expect((await worker.end).code).toBe(0);
  });

  it("ends its log with what it died of, where that was and as a line like the others", async () => {
    for (const flags of [["--json"], ["--log-path", bench.path("worker.log")]]) {
      const worker = bench.start(["worker", "./tasks.ts", ...flags]);
      await bench.run(["send", "stray"]);
      const { code, stdout, stderr } = await worker.end;
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: nobody's\n/)]);
      const log = flags.length === 1 ? stdout : readFileSync(bench.path("worker.log"), "utf8");
      expect(entries(log).at(-1)).toMatchObject({
        level: "error",
        event: "crashed",
        message: "Error: nobody's",
        stack: expect.stringMatching(/tasks\.ts:\d+/),
      });
    }
  });

  it("logs a JSON object a line where nobody watches: what happened, never what jobs are given", async () => {
    const worker = await bench.worker();
    await bench.run(["send", "boom", "no redis://ada:geheim@host/1", "--wait", "10s"]);
    await bench.run(["send", "echo", "given-1234", "--wait", "10s"]);
    worker.signal("SIGTERM");
    const { stdout } = await worker.end;
    const lines = entries(stdout);
    expect(lines.map(({ event }) => event)).toEqual(["ready", "failed", "stopping", "stopped"]);
    expect(lines[1]).toMatchObject({ level: "error", task: "boom", error: "TypeError: no redis://***@host/1" });
    expect(stdout).not.toContain("given-1234");
    expect(stdout).not.toContain("geheim");
  });

  it("logs arguments where that is asked for", async () => {
    const worker = bench.start(["worker", "tasks.ts", "--log-level", "debug"], { MILLRACE_LOG_ARGS: "true" });
    await worker.line(/"ready"/);
    await bench.run(["send", "echo", "given-1234", "--wait", "10s"]);
    worker.signal("SIGTERM");
    const { stdout } = await worker.end;
    expect(entries(stdout).find(({ message }) => message === "job started")).toMatchObject({ args: ["given-1234"] });
  });

  it("logs to a file that is put aside when it is full", async () => {
    bench.write("millrace.yaml", "log: { path: ./logs/, maxSize: 1KiB, keep: 2 }\nretries: 0\n");
    const worker = bench.start(["worker", "tasks.ts"]);
    for (let job = 0; job < 3; job += 1) {
      await bench.run(["send", "boom", `${job} ${"x".repeat(500)}`, "--wait", "20s"]);
    }
    worker.signal("SIGTERM");
    const { code, stdout } = await worker.end;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const names = readdirSync(bench.path("logs")).toSorted();
    expect(names).toEqual(["millrace.log", "millrace.log.1", "millrace.log.2"]);
    const [newest, ...older] = names.map((name) => entries(readFileSync(bench.path(`logs/${name}`), "utf8")));
    expect(newest?.at(-1)).toMatchObject({ event: "stopped", failed: 3 });
    expect(older.flat().length).toBeGreaterThan(0);
  });

  it("goes on where its output goes to a full disk, or to a reader that leaves", async () => {
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    for (const sink of ["exec > /dev/full", "exec > >(exec true)"]) {
      const worker = bench.startProgram("bash", [
        "-c",
        `${sink}; exec "$0" "$@"`,
        process.execPath,
        main,
        "worker",
        "tasks.ts",
      ]);
      const sum = await bench.run(["send", "add", "1", "2", "--wait", "60s"]);
      expect(sum.stdout).toBe("3\n");
      worker.signal("SIGTERM");
      const { code, stderr } = await worker.end;
      expect(stderr).toMatch(/^millrace: standard output cannot be written, and what is logged there is lost: .+\n$/);
      expect(code).toBe(0);
    }
  });

  it.skipIf(!canMount())("writes whole lines again to a file on a disk that was full", () => {
    using disk = new SmallDisk(1);
    const path = `${disk.path}/a.log`;
    const problems: string[] = [];
    const file = new RotatingFile(path, { onProblem: ({ message }) => problems.push(message) });
    file.write("before");
    disk.fill();
    for (let line = 0; line < 10; line += 1) file.write(`${line} ${"x".repeat(3_000)} ${line}`);
    disk.empty();
    file.write("after");
    file.close();
    expect(problems).toEqual([expect.stringMatching(/ENOSPC/)]);
    const lines = readFileSync(path, "utf8").split("\n");
    expect([lines[0], ...lines.slice(-2)]).toEqual(["before", "after", ""]);
    // As far as the page of the file went, the disk took a line.
    expect(lines.filter((line) => /^\d x+$/.test(line))).toHaveLength(1);
  });

  it("runs the programs of a kingtask worker as they were run there, one at a time", async () => {
    mkdirSync(bench.path("bin"));
    bench.write("bin/add", "#!/bin/sh\necho $(($1 + $2))\n");
    bench.write("bin/warn", "#!/bin/sh\necho done\necho careful >&2\n");
    for (const name of ["add", "warn"]) chmodSync(bench.path(`bin/${name}`), 0o755);
    bench.write(
      "worker.yaml",
      "broker : 127.0.0.1:9595\nredis : 127.0.0.1:6379\nbin_path : ./bin\nlog_level: info\nperiod : 0\nresult_keep_time : 1000\ntask_run_time: 30\n",
    );
    const worker = bench.start(["worker", "-config=worker.yaml", "--store", "sqlite:./millrace.db"]);
    const ready = JSON.parse(await worker.line(/"ready"/)) as Line;
    expect(ready).toMatchObject({ queues: { default: 1 }, executables: { folder: expect.stringContaining("bin") } });
    const [sum, warned] = await Promise.all([
      bench.run(["send", "add", "--string", "12", "45", "--wait", "30s", "--json"]),
      bench.run(["send", "warn", "--wait", "30s", "--json"]),
    ]);
    expect(JSON.parse(sum.stdout)).toMatchObject({ state: "succeeded", result: "57" });
    expect(JSON.parse(warned.stdout)).toMatchObject({ state: "failed", attempt: 1 });
    expect(JSON.parse(await worker.line(/broker is of no consequence/))).toMatchObject({ level: "warn" });
    worker.signal("SIGTERM");
    expect((await worker.end).code).toBe(0);
  });

  it("serves a gateway as the file says, and logs what is changed through it", async () => {
    bench.write("millrace.yaml", "gateway:\n  address: 127.0.0.1:0\n  maxBody: 1MiB\n  allowHosts: [jobs.example]\n");
    const gateway = bench.start(["gateway"]);
    const { url } = JSON.parse(await gateway.line(/"ready"/)) as { url: string };
    const sent = await fetch(`${url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ task: "add", args: [1, 2], id: "by-http" }),
    });
    expect(sent.ok).toBe(true);
    const paused = await bench.run(["queues", "pause", "default"]);
    expect(paused).toMatchObject({ code: 0, stdout: "paused default\n" });
    const explained = await bench.run(["explain", "by-http", "--json"]);
    expect(JSON.parse(explained.stdout)).toMatchObject({
      reasons: [{ reason: "paused" }, { reason: "queue-unserved" }],
    });
    await bench.run(["queues", "resume", "default"]);
    const drained = await bench.run(["queues", "drain", "default", "--json"], { MILLRACE_STORE: url });
    expect(JSON.parse(drained.stdout)).toEqual({ queue: "default", cancelled: 1 });
    expect(JSON.parse(await gateway.line(/"event":"change"/))).toMatchObject({ level: "info", status: 200 });
    gateway.signal("SIGTERM");
    const { code, stdout } = await gateway.end;
    expect(code).toBe(0);
    expect(entries(stdout).map(({ event }) => event)).toEqual(["ready", "change", "stopping", "stopped"]);
  });

  it("starts again when a file that it loaded changes, after its running jobs are done", async () => {
    bench.write("more.ts", 'export const NAME = "first";\n');
    const library = JSON.stringify(new URL("../../src/index.ts", import.meta.url).href);
    bench.write(
      "watched.ts",
      `import { task } from ${library};\nimport { NAME } from "./more.ts";\nexport const one = task(NAME, () => NAME);\nexport { hold } from "./tasks.ts";\n`,
    );
    const worker = bench.start(["worker", "./watched.ts", "--watch"]);
    expect(JSON.parse(await worker.line(/"event":"ready"/))).toMatchObject({ tasks: ["hold", "first"] });
    const gate = bench.path("gate");
    const held = (await bench.run(["send", "hold", gate])).stdout.trim();
    await worker.line(/^begun/);
    const before = worker.lines();
    bench.write("more.ts", 'export const NAME = "second";\n');
    await worker.line(/"event":"stopping"/, before);
    bench.write("gate", "");
    expect(JSON.parse(await worker.line(/"event":"ready"/, before))).toMatchObject({ tasks: ["hold", "second"] });
    const [result, second] = await Promise.all([
      bench.run(["result", held, "--wait", "10s", "--json"]),
      bench.run(["send", "second", "--wait", "10s"]),
    ]);
    expect(JSON.parse(result.stdout)).toMatchObject({ state: "succeeded", attempt: 1, crashes: 0 });
    expect(second.stdout).toBe("second\n");
    // A mistake ends the worker, and mending it starts it again.
    const mistaken = worker.lines();
    bench.write("more.ts", "export const NAME = ;\n");
    await worker.line(/"waiting for a change"/, mistaken);
    bench.write("more.ts", 'export const NAME = "third";\n');
    expect(await worker.line(/"event":"ready"/, mistaken)).toContain("third");
    worker.signal("SIGTERM");
    expect((await worker.end).code).toBe(0);
  });

  it("tells systemd that it is ready and that it stops, by the program that is there for it", async () => {
    bench.write("systemd-notify", `#!/bin/sh\necho "$@" >> "${bench.path("told")}"\n`);
    chmodSync(bench.path("systemd-notify"), 0o755);
    const PATH = `${bench.folder}${delimiter}${process.env["PATH"]}`;
    const worker = bench.start(["worker", "tasks.ts", "--name", "w1"], { PATH, NOTIFY_SOCKET: bench.path("socket") });
    await worker.line(/"ready"/);
    // An answered job comes after the notice, which is waited for.
    await bench.run(["send", "add", "1", "2", "--wait", "10s"]);
    worker.signal("SIGTERM");
    const { code, stdout } = await worker.end;
    expect(code).toBe(0);
    expect(stdout).not.toContain("could not be told");
    expect(readFileSync(bench.path("told"), "utf8").split("\n")).toEqual([
      "--ready --status=w1 serves default",
      "--stopping --status=0 jobs are running",
      "",
    ]);
  });

  it.skipIf(["systemd-notify", "python3"].some((program) => spawnSync(program, ["--version"]).status !== 0))(
    "reaches a socket such as systemd's",
    async () => {
      const socket = bench.path("notify");
      const listener = bench.write(
        "listen.py",
        `import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(${JSON.stringify(socket)})
s.settimeout(60)
print("bound", flush=True)
print(s.recv(4096).decode())
`,
      );
      const python = bench.startProgram("python3", [listener]);
      await python.line(/bound/);
      const worker = bench.start(["worker", "tasks.ts"], { NOTIFY_SOCKET: socket });
      expect((await python.end).stdout).toContain("READY=1");
      worker.signal("SIGTERM");
      expect((await worker.end).code).toBe(0);
    },
  );

  it("goes on where systemd asks to be told and cannot be", async () => {
    const worker = bench.start(["worker", "tasks.ts"], { PATH: bench.folder, NOTIFY_SOCKET: bench.path("socket") });
    expect(await worker.line(/could not be told/)).toContain("is the program systemd-notify installed?");
    worker.signal("SIGTERM");
    expect((await worker.end).code).toBe(0);
  });
});
