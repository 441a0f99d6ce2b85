import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { environment, packed } from "../package/packed.ts";

/*
 * Millrace as a stranger meets it: the package as it is published, in an empty folder, from the command line, from curl and
 * from Python. Each test goes on where the one before it ended.
 */
const folder = mkdtempSync(join(tmpdir(), "millrace-stranger-"));
const home = join(folder, "home");
mkdirSync(home);
const command = join(home, "node_modules/.bin/millrace");
const clients = fileURLToPath(new URL("../../examples/clients", import.meta.url));
const daemons = new Map<string, ChildProcess>();

/** Each step is a process or more, and the machine may be busy. */
const PATIENCE_MS = 120_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: home, env: environment }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

/** Starts a daemon in the background; resolves with the facts of its line that says that it is ready. */
function start(name: string, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const child = spawn(command, [name, ...args], { cwd: home, env: environment, stdio: ["ignore", "pipe", "inherit"] });
  daemons.set(name, child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (entry["event"] === "ready") resolve(entry);
    });
    child.on("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}

async function end(name: string, signal: NodeJS.Signals): Promise<number | null> {
  const child = daemons.get(name);
  daemons.delete(name);
  if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
  child.kill(signal);
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** Whether this machine has a program. */
const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

afterAll(async () => {
  for (const name of daemons.keys()) await end(name, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE_MS);

describe("a stranger with an empty folder", { timeout: PATIENCE_MS }, () => {
  let url = "";

  it("installs the package, and has a project by one command", async () => {
    const tarball = packed(folder);
    const installed = await run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
    expect({ code: installed.code, said: installed.stderr }).toEqual({ code: 0, said: installed.stderr });
    const made = await run(command, "init", "--yes");
    expect({ code: made.code, said: made.stderr }).toEqual({ code: 0, said: made.stderr });
    expect(made.stdout).toContain("npx millrace worker");
    const schema = /\$schema=(\S+)/.exec(readFileSync(join(home, "millrace.yaml"), "utf8"))?.[1] ?? "";
    expect(JSON.parse(readFileSync(join(home, schema), "utf8"))).toHaveProperty("properties.worker");
  });

  it("starts a worker and gets a job done", async () => {
    expect(await start("worker")).toMatchObject({ tasks: ["greet", "visit"], queues: { default: 10 } });
    const [greeting, visit] = await Promise.all([
      run(command, "send", "greet", "Ada", "--wait", "60s"),
      run(command, "send", "visit", "Ada", "--wait", "60s"),
    ]);
    expect(greeting.stdout).toBe("Hello, Ada!\n");
    expect(visit.stdout).toBe("Ada was at home, at attempt 2\n");
  });

  it("looks after it", async () => {
    const [doctor, config, top] = await Promise.all([
      run(command, "doctor"),
      run(command, "config"),
      run(command, "top", "--once"),
    ]);
    expect({ code: doctor.code, said: doctor.stdout }).toEqual({ code: 0, said: doctor.stdout });
    expect(config.stdout).toMatch(/^worker\.tasks +\["\.\/tasks\.ts"\] +\.\/millrace\.yaml:/m);
    expect(top.stdout).toMatch(/^default +0 +0 +0 /m);
  });

  it.skipIf(!has("curl"))("sends a job with curl through a gateway, and reads its result", async () => {
    url = String((await start("gateway", "--address", "127.0.0.1:0"))["url"]);
    const body = JSON.stringify({ id: "by-curl", task: "greet", args: ["Grace"] });
    const sent = await run("curl", "-sS", "-f", "-H", "content-type: application/json", "-d", body, `${url}/v1/jobs`);
    expect({ code: sent.code, said: sent.stderr }).toEqual({ code: 0, said: sent.stderr });
    const result = await run(command, "result", "by-curl", "--wait", "60s");
    expect(result.stdout).toBe("Hello, Grace!\n");
  });

  it.skipIf(!has("curl") || !has("python3"))(
    "kills the gateway, starts another one, reads there what was sent through the first, and sends with Python",
    async () => {
      await end("gateway", "SIGKILL");
      await start("gateway", "--address", new URL(url).host);
      const [read, sent] = await Promise.all([
        run("curl", "-sS", "-f", `${url}/v1/jobs/by-curl/result`),
        run("python3", join(clients, "millrace_client.py"), url, "greet", '"Guido"'),
      ]);
      expect(JSON.parse(read.stdout)).toMatchObject({ exists: true, success: true, result: "Hello, Grace!" });
      expect(sent).toEqual({ code: 0, stdout: "Hello, Guido!\n", stderr: "" });
      expect(await end("gateway", "SIGTERM")).toBe(0);
    },
  );

  it("stops the worker with exit code 0", async () => {
    expect(await end("worker", "SIGTERM")).toBe(0);
  });
});
