import { spawn, spawnSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Workbench } from "./workbench.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
/** Begins each drawing of `top`. */
const HOME = "\u001b[H";

interface Findings {
  readonly findings: readonly {
    readonly subject: string;
    readonly status: string;
    readonly text: string;
    readonly fixed?: boolean;
  }[];
}

/** Each call is a process, and the machine may be busy. */
const PATIENCE_MS = 120_000;

describe("looking at a store from the command line", { timeout: PATIENCE_MS }, () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.remove());

  async function reasons(id: string): Promise<string[]> {
    const { stdout } = await bench.run(["explain", id, "--json"]);
    return (JSON.parse(stdout) as { reasons: { reason: string }[] }).reasons.map(({ reason }) => reason);
  }

  it("explains a job in every state that a worker brings it to", async () => {
    const gate = bench.path("gate");
    await bench.run(["send", "add", "1", "2", "--id", "first", "--priority", "1"]);
    await bench.run(["send", "add", "1", "2", "--id", "second"]);
    await bench.run(["send", "add", "1", "2", "--id", "later", "--run-after", "1h"]);
    const second = await bench.run(["explain", "second"]);
    expect(second.stdout).toBe(
      `○ queued  add  second

  no worker serves queue "default"; 0 are alive
    millrace worker <tasks-file> --queue default
  it is behind 1 other in queue "default"
`,
    );
    expect(await reasons("first")).toEqual(["queue-unserved"]);
    expect(await reasons("later")).toContain("scheduled");
    const worker = await bench.worker("--queue", "default:1");
    await bench.run(["result", "second", "--wait", "10s"]);
    expect(await reasons("second")).toEqual(["succeeded"]);
    await bench.run(["send", "hold", gate, "--id", "held"]);
    await worker.line(/^begun/);
    await bench.run(["send", "add", "1", "2", "--id", "behind"]);
    const [held, behind] = await Promise.all([bench.run(["explain", "held"]), reasons("behind")]);
    expect(held.stdout).toMatch(/it runs on .*, attempt 1/);
    expect(behind).toContain("busy");
    bench.write("gate", "");
    const unknown = await bench.run(["explain", "nobody"]);
    expect(unknown.code).toBe(3);
  });

  it("shows the load of a store: counts, rates, latencies, who is busy", async () => {
    const gate = bench.path("gate");
    const worker = await bench.worker();
    await bench.run(["send", "hold", gate]);
    await worker.line(/^begun/);
    await bench.run(["send", "add", "1", "2", "--wait", "10s"]);
    const [text, json] = await Promise.all([
      bench.run(["top", "--once", "--interval", "100ms"]),
      bench.run(["top", "--json", "--interval", "100ms"]),
    ]);
    expect(text.stdout).toMatch(
      /^millrace top · sqlite:\.\/millrace\.db · \d\d:\d\d:\d\d\n0 queued · 1 running · 0\.0 done\/s/,
    );
    expect(text.stdout).toMatch(/^default +0 +0 +1 +0\.0 +0\.0 +0$/m);
    expect(text.stdout).toMatch(/^latest 1: waited .+ \(p99 .+\) · ran .+ \(p99 .+\)$/m);
    expect(JSON.parse(json.stdout)).toMatchObject({
      queues: [{ queue: "default", counts: { running: 1, succeeded: 1 }, donePerSecond: 0 }],
      latency: { jobs: 1 },
      workers: [{ slots: 10, running: 1, tasks: ["hold"] }],
    });
    bench.write("gate", "");
  });

  describe.skipIf(spawnSync("script", ["--version"]).status !== 0)("on a terminal", () => {
    /** What `top` draws on one of this size, until it has drawn twice and is told to leave. */
    async function drawn(columns: number, rows: number): Promise<string> {
      const command = `stty cols ${columns} rows ${rows}; '${process.execPath}' '${MAIN}' top --interval 100ms; echo "left with $?"`;
      const terminal = spawn("script", ["--quiet", "--command", command, "/dev/null"], {
        cwd: bench.folder,
        stdio: ["pipe", "pipe", "inherit"],
      });
      let text = "";
      terminal.stdout.setEncoding("utf8");
      for await (const part of terminal.stdout as AsyncIterable<string>) {
        const before = text.split(HOME).length;
        text += part;
        if (before <= 2 && text.split(HOME).length > 2) terminal.stdin.write("q");
      }
      return text;
    }

    const LONG = "a-queue-with-a-name-that-is-much-too-long-for-a-table-of-eighty-columns";

    it("draws that again and again, within its 80 columns, and leaves it as it was", async () => {
      await bench.run(["send", "add", "1", "2", "--queue", LONG]);
      const text = await drawn(80, 24);
      expect(text).toContain("left with 0");
      const [entered, left] = ["\u001b[?1049h", "\u001b[?1049l"].map((mark) => text.indexOf(mark));
      expect(entered).toBeGreaterThanOrEqual(0);
      expect(left).toBeGreaterThan(entered ?? 0);
      const lines = stripVTControlCharacters(text.replaceAll(HOME, "\n")).split(/\r?\n/);
      expect(lines).toContainEqual(expect.stringMatching(/^a-queue-with.*… +1 +0 +0 +0\.0 +0\.0 +0$/));
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    });

    it.each([
      [40, 8],
      [20, 5],
      [3, 1],
      [300, 6],
    ])("draws no more than fits one of %i columns and %i rows, so that nothing scrolls away", async (columns, rows) => {
      await bench.run(["send", "add", "1", "2", "--queue", LONG]);
      const [, ...screens] = (await drawn(columns, rows)).split(HOME);
      expect(screens.length).toBeGreaterThanOrEqual(2);
      for (const screen of screens) {
        const [shown = ""] = screen.split("\u001b[J");
        const lines = stripVTControlCharacters(shown).split(/\r?\n/);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
        expect(lines[0]).toMatch(columns < 12 ? /^mi…$/ : /^millrace top/);
      }
    });

    it("takes one that says it has no size for one that is wide enough", async () => {
      await bench.run(["send", "add", "1", "2", "--queue", LONG]);
      const { stdout } = spawnSync(
        "script",
        ["--quiet", "--command", `'${process.execPath}' '${MAIN}' list`, "/dev/null"],
        {
          cwd: bench.folder,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      expect(stripVTControlCharacters(stdout)).toMatch(new RegExp(`^ID .*SENT\\s+\\w+ +add +${LONG} +queued`));
    });
  });

  it("finds nothing wrong with a store that is well", async () => {
    await bench.run(["send", "add", "1", "2"]);
    const { code, stdout } = await bench.run(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ durability +journal_mode wal, synchronous FULL: accepted jobs survive a power cut$/m);
    expect(stdout).toMatch(/^! idle queue +1 job waits in queue "default", and none of it runs$/m);
    expect(stdout).not.toMatch(/^✗/m);
  });

  it("finds what is stuck or open, and mends it when told to", async () => {
    const worker = await bench.worker();
    await bench.run(["send", "hold", bench.path("gate"), "--id", "orphan"]);
    await worker.line(/^begun/);
    worker.signal("SIGKILL");
    await worker.end;
    await bench.run(["send", "add", "1", "2", "--id", "due", "--run-after", "1ms"]);
    await bench.run(["send", "add", "1", "2", "--id", "spent"]);
    await bench.run(["cancel", "spent"]);
    // As if an hour had passed.
    const database = new DatabaseSync(bench.path("millrace.db"));
    database.exec("UPDATE millrace_job SET deadline = deadline - 3600000 WHERE id IN ('orphan', 'due')");
    database.exec("UPDATE millrace_job SET deadline = 1, purge_at = 1 WHERE id = 'spent'");
    database.close();
    chmodSync(bench.path("millrace.db"), 0o644);

    const sick = await bench.run(["doctor", "--json"]);
    expect(sick.code).toBe(1);
    const { findings } = JSON.parse(sick.stdout) as Findings;
    const problems = findings
      .filter(({ status }) => status === "problem")
      .map(({ subject, text }) => `${subject}: ${text}`);
    expect(problems).toEqual([
      expect.stringMatching(/^permissions: others on this machine may read .*millrace\.db/),
      "orphans: 1 job is leased to workers that are gone, with no other worker to take them over",
      "due jobs: 1 job is waiting although the time has come: no worker has looked since",
    ]);
    expect(findings.find(({ subject }) => subject === "retention")?.text).toMatch(/^1 job is kept beyond/);

    const mended = await bench.run(["doctor", "--fix"]);
    expect(mended.code).toBe(0);
    expect(mended.stdout.match(/· mended$/gm)).toHaveLength(4);
    expect(statSync(bench.path("millrace.db")).mode & 0o077).toBe(0);
    const states = await bench.run(["list", "--json"]);
    const jobs = (JSON.parse(states.stdout) as { jobs: { id: string; state: string; crashes: number }[] }).jobs;
    expect(jobs.map(({ id, state, crashes }) => [id, state, crashes])).toEqual([
      ["due", "queued", 0],
      ["orphan", "queued", 1],
    ]);
    const well = await bench.run(["doctor"]);
    expect(well.code).toBe(0);
    expect(well.stdout).not.toMatch(/^✗/m);
  });

  it("names tasks that no worker knew", async () => {
    const worker = await bench.worker();
    await bench.run(["send", "nobody-knows"]);
    await worker.line(/"unknown"/);
    const { code, stdout } = await bench.run(["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ unknown task +1 job is of task "nobody-knows" in queue "default" set aside/m);
  });
});
