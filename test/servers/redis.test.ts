import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { RedisServer, ReplyError, lacking } from "./index.ts";

describe.skipIf(await lacking("redis"))("a redis of the test's own", () => {
  test("answers at its url, and is new each time", async () => {
    await using one = await RedisServer.start();
    await using other = await RedisServer.start();
    expect(one.port).not.toBe(other.port);
    await one.command("SET", "a", "1");
    expect(await one.command("GET", "a")).toBe("1");
    expect(await other.command("GET", "a")).toBeNull();
    expect((await one.info())["redis_version"]).toBe(one.version);
  });

  test("a password is asked for", async () => {
    await using server = await RedisServer.start({ password: 'p@ss "word"' });
    expect(server.url).toBe(`redis://:p%40ss%20%22word%22@127.0.0.1:${server.port}`);
    expect(await server.command("PING")).toBe("PONG");
    expect(await server.command("CONFIG", "GET", "requirepass")).toEqual(["requirepass", 'p@ss "word"']);
  });

  test("an error that it replies is thrown", async () => {
    await using server = await RedisServer.start();
    await expect(server.command("NONSENSE")).rejects.toThrow(ReplyError);
    await expect(server.command("NONSENSE")).rejects.toThrow("ERR unknown command");
  });

  test("what was appended is there after a kill, and nothing without", async () => {
    await using kept = await RedisServer.start({ appendfsync: "always" });
    await using lost = await RedisServer.start();
    for (const server of [kept, lost]) {
      await server.command("SET", "a", "1");
      const { pid } = server;
      await server.kill();
      expect(server.isRunning).toBe(false);
      await server.start();
      expect(server.pid).not.toBe(pid);
    }
    expect(await kept.command("GET", "a")).toBe("1");
    expect(await lost.command("GET", "a")).toBeNull();
  });

  test("a configuration that it refuses is an error with what it says", async () => {
    await expect(RedisServer.start({ config: ["maxmemory much"] })).rejects.toThrow("maxmemory much");
  });

  test.runIf(process.platform === "linux")("ends with the process that started it, even by SIGKILL", async () => {
    const entry = fileURLToPath(new URL("./programs/forgetful.ts", import.meta.url));
    const child = spawn(process.execPath, [entry], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const [pid, folder] = line.split(" ");
    onTestFinished(() => rm(folder!, { recursive: true }));
    const isThere = (): boolean => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    expect(isThere()).toBe(true);
    child.kill("SIGKILL");
    await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
  });
});
