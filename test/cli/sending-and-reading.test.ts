import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STACK, Workbench } from "./workbench.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("the command line, with a worker that runs", () => {
  const bench = new Workbench();
  beforeAll(async () => {
    await bench.worker();
  });
  afterAll(() => bench.remove());

  it("sends a job and prints its result, or its id", async () => {
    const [waited, sent] = await Promise.all([
      bench.run(["send", "add", "12", "33", "--wait", "10s"]),
      bench.run(["send", "add", "1", "2"]),
    ]);
    expect(waited).toMatchObject({ code: 0, stdout: "45\n" });
    expect(sent.code).toBe(0);
    expect(sent.stdout).toMatch(/^[\da-z]{24}\n$/);
    const result = await bench.run(["result", sent.stdout.trim(), "--wait", "10s"]);
    expect(result).toMatchObject({ code: 0, stdout: "3\n", stderr: "" });
  });

  it("takes arguments as JSON where they are, negative numbers and exact integers too, and all as strings when told", async () => {
    const words = ["-5", "-.5", "1e3", "9007199254740993", "007", "true", '{"a":[1]}', "plain text", ""];
    const [json, strings] = await Promise.all([
      bench.run(["send", "echo", ...words, "--json", "--wait=10s"]),
      bench.run(["send", "echo", "--string", "--json", "--wait", "10s", "42", "--", "--json", "-x"]),
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      state: "succeeded",
      result: [-5, "-.5", 1000, { $bigint: "9007199254740993" }, "007", true, { a: [1] }, "plain text", ""],
    });
    expect(JSON.parse(strings.stdout)).toMatchObject({ result: ["42", "--json", "-x"] });
  });

  it("prints a bigint exactly, for people and for programs, and takes it back", async () => {
    const [plain, json, back] = await Promise.all([
      bench.run(["send", "big", "--wait", "10s"]),
      bench.run(["send", "big", "--wait", "10s", "--json"]),
      bench.run(["send", "echo", '{"$bigint":"18446744073709551616"}', "--wait", "10s"]),
    ]);
    expect(plain.stdout).toBe("18446744073709551616n\n");
    expect(JSON.parse(json.stdout)).toMatchObject({ result: { $bigint: "18446744073709551616" } });
    expect(back.stdout).toBe("[ 18446744073709551616n ]\n");
  });

  it("answers with one JSON document each, times as ISO 8601", async () => {
    const sent = await bench.run(["send", "add", "1", "2", "--id", "json-1", "--json"]);
    expect(JSON.parse(sent.stdout)).toEqual({ id: "json-1" });
    const result = await bench.run(["result", "json-1", "--wait", "10s", "--json"]);
    const [status, list, queues] = await Promise.all([
      bench.run(["status", "json-1", "--json"]),
      bench.run(["list", "--task", "add", "--limit", "1", "--json"]),
      bench.run(["queues", "--json"]),
    ]);
    const job: unknown = JSON.parse(status.stdout);
    expect(JSON.parse(result.stdout)).toEqual(job);
    expect(job).toEqual({
      id: "json-1",
      task: "add",
      queue: "default",
      state: "succeeded",
      args: [1, 2],
      result: 3,
      priority: 0,
      attempt: 1,
      crashes: 0,
      cancelRequested: false,
      resultGone: false,
      worker: expect.any(String),
      createdAt: expect.stringMatching(ISO),
      startedAt: expect.stringMatching(ISO),
      finishedAt: expect.stringMatching(ISO),
      attempts: [
        {
          number: 1,
          outcome: "succeeded",
          worker: expect.any(String),
          startedAt: expect.stringMatching(ISO),
          endedAt: expect.stringMatching(ISO),
        },
      ],
      log: [],
    });
    const page = JSON.parse(list.stdout) as { jobs: { id: string }[]; cursor: string };
    expect(page.jobs.map(({ id }) => id)).toEqual(["json-1"]);
    expect(page.cursor).toEqual(expect.any(String));
    expect(JSON.parse(queues.stdout)).toMatchObject({
      queues: [{ queue: "default", counts: { succeeded: expect.any(Number) } }],
    });
    const next = await bench.run(["list", "--task", "add", "--limit", "1", "--json", "--cursor", page.cursor]);
    expect(JSON.parse(next.stdout)).not.toMatchObject({ jobs: [{ id: "json-1" }] });
  });

  it("shows a failed job by exit code and sentence, its stack only with --debug", async () => {
    const id = "boom-1";
    const failed = await bench.run(["send", "boom", "no such luck", "--id", id, "--wait", "10s"]);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(
      /error: job boom-1 of task "boom" failed after 1 attempt: no such luck \(ERR_TASK_FAILED\)/,
    );
    expect(failed.stderr).not.toMatch(STACK);
    const [status, debug, json] = await Promise.all([
      bench.run(["status", id]),
      bench.run(["result", id, "--debug"]),
      bench.run(["result", id, "--json"]),
    ]);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/✗ failed {2}boom {2}boom-1\n[^]*error +TypeError: no such luck\n/);
    expect(status.stdout).not.toMatch(STACK);
    expect(debug).toMatchObject({ code: 1 });
    expect(debug.stderr).toMatch(STACK);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      state: "failed",
      error: { name: "TypeError", message: "no such luck" },
    });
  });

  it("lets nothing that was stored steer the terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u001b[31mred\u009b2J\u202e\r";
    const sent = await bench.run(["send", "boom", evil, "--string", "--id", "evil-1", "--wait", "10s"]);
    const outputs = await Promise.all([
      Promise.resolve(sent),
      bench.run(["status", "evil-1", "--debug"]),
      bench.run(["status", "evil-1", "--json"]),
      bench.run(["dead", "list"]),
      bench.run(["send", "echo", evil, "--string", "--wait", "10s"]),
    ]);
    for (const { stdout, stderr } of outputs) {
      // oxlint-disable-next-line no-control-regex
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect(sent.stderr).toContain("\\x1b]0;owned\\x07\\x1b[31mred\\x9b2J\\u202e\\r");
    const document = JSON.parse(outputs[2]?.stdout ?? "") as { args: unknown };
    expect(document.args).toEqual([evil]);
  });

  it("tells a wait that is over from an unknown job, and cancels", async () => {
    await bench.run(["send", "add", "1", "2", "--run-after", "1h", "--id", "later-1"]);
    const [waited, now, unknown, nothing] = await Promise.all([
      bench.run(["result", "later-1", "--wait", "50ms"]),
      bench.run(["result", "later-1"]),
      bench.run(["status", "nobody"]),
      bench.run(["cancel", "nobody", "--json"]),
    ]);
    expect(waited).toMatchObject({ code: 4, stdout: "" });
    expect(waited.stderr).toMatch(/not finished within 50 ms; it goes on \(ERR_RESULT_TIMEOUT\)/);
    expect(now.code).toBe(4);
    expect(now.stderr).toMatch(/later-1 is scheduled: it has no result yet/);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toMatch(/error: there is no job nobody.*\(ERR_JOB_UNKNOWN\)\n {2}try: millrace list/);
    expect(nothing).toMatchObject({ code: 3, stderr: "" });
    expect(JSON.parse(nothing.stdout)).toEqual({
      error: expect.objectContaining({ code: "ERR_JOB_UNKNOWN", details: { id: "nobody" }, retryable: false }),
    });
    const cancelled = await bench.run(["cancel", "later-1"]);
    expect(cancelled).toMatchObject({ code: 0, stdout: "⊘ cancelled  later-1\n" });
    const result = await bench.run(["result", "later-1"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/ERR_JOB_CANCELLED/);
  });

  it("lists, replays and purges dead letters", async () => {
    await bench.run(["send", "boom", "dead", "--id", "dead-1", "--wait", "10s"]);
    const dead = await bench.run(["dead", "list", "--json", "--task", "boom"]);
    expect((JSON.parse(dead.stdout) as { jobs: { id: string }[] }).jobs.map(({ id }) => id)).toContain("dead-1");
    const replayed = await bench.run(["dead", "replay", "dead-1", "--json"]);
    expect(replayed).toMatchObject({ code: 0 });
    expect(JSON.parse(replayed.stdout)).toEqual({ replayed: 1, notDead: 0 });
    await bench.run(["result", "dead-1", "--wait", "10s"]);
    const [unknown, partly, vague] = await Promise.all([
      bench.run(["dead", "replay", "nobody"]),
      bench.run(["dead", "purge", "dead-1", "nobody"]),
      bench.run(["dead", "purge"]),
    ]);
    expect(unknown.code).toBe(3);
    expect(partly).toMatchObject({ code: 1, stdout: "purged 1 dead letter\n" });
    expect(partly.stderr).toMatch(/1 id is no dead letter/);
    expect(vague.code).toBe(2);
    const purged = await bench.run(["dead", "purge", "--all", "--json"]);
    expect(JSON.parse(purged.stdout)).toMatchObject({ purged: expect.any(Number), notDead: 0 });
    expect((await bench.run(["status", "dead-1"])).code).toBe(3);
    expect(await bench.run(["dead", "list"])).toMatchObject({ code: 0, stdout: "", stderr: "no dead letters\n" });
  });

  it("passes every option of a send on", async () => {
    const flags = [
      "--queue",
      "elsewhere",
      "--priority",
      "7",
      "--retries",
      "2",
      "--backoff",
      "5s,8s",
      "--timeout",
      "3s",
    ];
    const times = ["--run-at", "2099-01-01T00:00:00Z", "--expire-at", "2100-01-01T00:00:00Z"];
    await bench.run(["send", "add", "1", "2", "--id", "0012", ...flags, ...times]);
    const status = await bench.run(["status", "0012", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      id: "0012",
      queue: "elsewhere",
      priority: 7,
      state: "scheduled",
      runAt: "2099-01-01T00:00:00.000Z",
      expireAt: "2100-01-01T00:00:00.000Z",
    });
    const queues = await bench.run(["queues"]);
    expect(queues.stdout).toMatch(/QUEUE +SCHEDULED +SUCCEEDED/);
    expect(queues.stdout).toMatch(/elsewhere +1 +0/);
  });

  it("colours only where colours are shown", async () => {
    const [plain, coloured, refused] = await Promise.all([
      bench.run(["list"]),
      bench.run(["list"], { FORCE_COLOR: "1" }),
      bench.run(["list"], { NO_COLOR: "1" }),
    ]);
    expect(coloured.stdout).toContain("\u001b[32msucceeded\u001b[39m");
    expect(plain.stdout).not.toContain("\u001b");
    expect(refused.stdout).not.toContain("\u001b");
  });
});
