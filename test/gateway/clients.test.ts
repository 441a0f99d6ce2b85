import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createToken } from "../../src/gateway/index.ts";
import { task } from "../../src/index.ts";
import { join } from "node:path";
import { folder, served } from "./served.ts";

const CLIENTS = fileURLToPath(new URL("../../examples/clients/", import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: CLIENTS, env: { ...process.env, ...env } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}

function missing(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}

const CLIENT = [
  { name: "Python", command: "python3", args: ["millrace_client.py"], absent: missing("python3", "--version") },
  { name: "Go", command: "go", args: ["run", "client.go"], absent: missing("go", "version") },
];

for (const { name, command, args, absent } of CLIENT) {
  test.skipIf(absent)(
    `the client in ${name} sends a job with its token and prints the result`,
    { timeout: 120_000 },
    async () => {
      const path = join(folder(), "tokens.json");
      const { token } = createToken(path, { name: "shop", scopes: ["send", "read"] });
      const { app, url } = await served(undefined, { tokens: path });
      await app.worker({ tasks: [task("add", (a: number, b: number) => a + b)] }).start();
      const good = await run(command, [...args, url, "add", "12", "33"], { MILLRACE_TOKEN: token });
      expect(good).toEqual({ code: 0, stdout: "45\n", stderr: "" });
      const bad = await run(command, [...args, url, "add", "12", "33"], { MILLRACE_TOKEN: "wrong" });
      expect(bad.code).not.toBe(0);
      expect(bad.stderr).toMatch(/token is not one of this gateway's/);
      // As a proxy does, whose gateway is being restarted, and then one that knows no such path.
      const asked: string[] = [];
      const proxy = createServer(({ url: path = "" }, answer) => {
        asked.push(path);
        answer.writeHead(asked.length === 1 ? 502 : 404, { "content-type": "text/html" }).end("<h1>no</h1>");
      }).listen(0, "127.0.0.1");
      await once(proxy, "listening");
      onTestFinished(() => void proxy.close());
      const lost = await run(command, [...args, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, "add"]);
      expect(lost.stderr).toMatch(/404/);
      expect(asked).toHaveLength(2);
      const dead = await run(command, [...args, url, "no name", "1"], { MILLRACE_TOKEN: token });
      expect(dead.stderr).toMatch(/no name for a task/);
    },
  );
}

test.skipIf(missing("curl", "--version"))("the examples with curl do what they say", async () => {
  const { app, url } = await served();
  await app.worker({ tasks: [task("add", (a: number, b: number) => a + b)] }).start();
  const { code, stdout, stderr } = await run("sh", ["curl.sh", url]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain('{"exists":true,"success":true,"result":3,"state":"succeeded"}');
  expect(stdout).toContain("event: end");
  expect(stdout).toMatch(/"queue":"default"/);
});
