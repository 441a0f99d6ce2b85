import { readFileSync, statSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type Running, STACK, Workbench } from "../cli/workbench.ts";

async function start(bench: Workbench, ...flags: readonly string[]): Promise<{ running: Running; url: string }> {
  const running = bench.start(["gateway", "--address", "127.0.0.1:0", ...flags]);
  const line = await running.line(/ready/);
  return { running, url: /https?:\/\/[\w.]+:\d+/.exec(line)?.[0] ?? "" };
}

const REFUSED: readonly [args: readonly string[], sentence: RegExp][] = [
  [["gateway", "--address", "0.0.0.0:9595"], /millrace token create NAME --tokens FILE.*ERR_CONFIGURATION/],
  [["gateway", "--address", "9595"], /"9595" is no address: give a host and a port/],
  [["gateway", "--adress", "x"], /there is no flag --adress; did you mean --address\?/],
  [["gateway", "--tls-cert", "x"], /--tls-cert and --tls-key go together/],
  [["gateway", "--tls-cert", "x", "--tls-key", "y"], /certificate cannot be read/],
  [["gateway", "--tls-cert", "tasks.ts", "--tls-key", "tasks.ts"], /are no certificate and its key, both as PEM/],
  [["gateway", "--tokens", "none.json"], /there is no file of tokens at none\.json.*millrace token create/],
  [["gateway", "--rate-limit", "-1"], /--rate-limit must be a whole number/],
  [["gateway", "--max-body", "1"], /--max-body must be from 1024 to \d+ bytes/],
  [["gateway", "--allow-host", "http://x"], /is no name of a host/],
  [["gateway", "--audit-log", "no/such/folder"], /cannot be written to/],
  [["gateway", "--store", "http://127.0.0.1:1"], /a gateway needs the store itself/],
  [["worker", "tasks.ts", "--store", "http://127.0.0.1:1"], /a worker needs the store itself/],
  [["token"], /token alone does nothing/],
  [["token", "creat", "x"], /did you mean token create\?/],
  [["token", "create", "a b"], /"a b" is no name for a token/],
  [["token", "create", "x", "--scope", "all"], /"all" is no scope: there are send, read, admin/],
  [["token", "create", "x", "--expires", "soon"], /--expires must be/],
  [["token", "revoke", "x"], /no file of tokens/],
];

describe("millrace gateway and millrace token", { timeout: 180_000 }, () => {
  const bench = new Workbench();
  afterAll(() => bench.remove());

  it("refuse what is wrong with a sentence and exit code 2", async () => {
    const outcomes = await Promise.all(REFUSED.map(([args]) => bench.run(args)));
    for (const [at, { code, stdout, stderr }] of outcomes.entries()) {
      const [args, sentence] = REFUSED[at]!;
      expect([args, code, stdout, stderr]).toEqual([args, 2, "", expect.stringMatching(sentence)]);
      expect(stderr).not.toMatch(STACK);
    }
  });

  it("serve the store to other programs, and to the command line itself", async () => {
    const { running, url } = await start(bench, "--audit-log", "audit.log", "--log-format", "pretty");
    const worker = await bench.worker();
    const env = { MILLRACE_STORE: url };
    const sent = await bench.run(["send", "add", "12", "33", "--wait", "20s"], env);
    expect([sent.code, sent.stdout]).toEqual([0, "45\n"]);
    const listed = await bench.run(["list", "--json"], env);
    expect((JSON.parse(listed.stdout) as { jobs: unknown[] }).jobs).toHaveLength(1);
    const paused = await fetch(`${url}/v1/queues/web/pause`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    expect(paused.status).toBe(200);
    expect((await bench.run(["queues"], env)).stdout).toMatch(/web \(paused\)/);
    running.signal("SIGTERM");
    worker.signal("SIGTERM");
    const { code, stdout } = await running.end;
    expect(code).toBe(0);
    expect(stdout).toMatch(/change .*200 POST \/v1\/queues\/\{queue\}\/pause · web · by anonymous/);
    expect(stdout).toMatch(/stopped .*1 job accepted/);
    const audit = readFileSync(bench.path("audit.log"), "utf8").trim().split("\n");
    expect(audit.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual([
      "POST /v1/jobs",
      "POST /v1/queues/{queue}/pause",
    ]);
    expect(statSync(bench.path("audit.log")).mode & 0o777).toBe(0o600);
    await worker.end;
  });

  it("lose entries of an audit log on a full disk, say so once, and go on", async () => {
    const { running, url } = await start(bench, "--audit-log", "/dev/full");
    for (const id of ["full-1", "full-2"]) {
      const sent = await fetch(`${url}/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ task: "add", id, queue: "full" }),
      });
      expect(sent.status).toBe(201);
    }
    await running.line(/--audit-log \/dev\/full cannot be written to/);
    running.signal("SIGTERM");
    const { code, stdout } = await running.end;
    expect([code, stdout.match(/cannot be written/g)?.length]).toEqual([0, 1]);
  });

  it("make tokens, show them without their secret, and take them back", async () => {
    const made = await bench.run([
      "token",
      "create",
      "shop",
      "--scope",
      "send",
      "--queue",
      "web",
      "--expires",
      "1d",
      "--tokens",
      "t.json",
    ]);
    const token = made.stdout.trim();
    expect(token).toMatch(/^mlr_[0-9a-f]{12}_[\w-]{43}$/);
    const reader = (
      await bench.run(["token", "create", "reader", "--scope", "read", "--tokens", "t.json"])
    ).stdout.trim();
    const listed = await bench.run(["token", "list", "--tokens", "t.json"]);
    expect(listed.stdout).toMatch(/shop +send +web +\d{4}-/);
    expect(listed.stdout).not.toContain(token.slice(-43));
    expect((await bench.run(["token", "create", "shop", "--tokens", "t.json"])).stderr).toMatch(/already/);
    const { running, url } = await start(bench, "--tokens", "t.json", "--json");
    const env = { MILLRACE_STORE: url };
    const nobody = await bench.run(["send", "t"], env);
    expect([nobody.code, nobody.stderr]).toEqual([
      2,
      expect.stringMatching(/wants a token.*ERR_UNAUTHENTICATED\)\n {2}try: MILLRACE_TOKEN=/),
    ]);
    expect((await bench.run(["send", "t"], { ...env, MILLRACE_TOKEN: token })).stderr).toMatch(
      /for web, not for the queue "default"/,
    );
    expect((await bench.run(["send", "t", "--queue", "web"], { ...env, MILLRACE_TOKEN: token })).code).toBe(0);
    expect((await bench.run(["list"], { ...env, MILLRACE_TOKEN: reader })).stdout).toMatch(/queued/);
    expect((await bench.run(["token", "revoke", "reader", "--tokens", "t.json"])).code).toBe(0);
    expect((await bench.run(["list"], { ...env, MILLRACE_TOKEN: reader })).stderr).toMatch(/not one of this gateway's/);
    running.signal("SIGINT");
    expect((await running.end).code).toBe(0);
  });
});
