import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Program } from "../processes/program.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const FOREVER_MS = -1;

/** A worker process of the kill tests, at this store. */
async function worker(store: string, wish: object): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-stopping-"));
  const program = new Program(new URL("../kills/programs/worker.ts", import.meta.url), [
    folder,
    JSON.stringify({ store, ...wish }),
  ]);
  onTestFinished(async () => {
    await program.kill();
    await rm(folder, { recursive: true });
  });
  await program.said(/^ready/);
  return program;
}

describe.skipIf(await lacking("redis"))("stopping while the server is away", () => {
  test.each(["refuses", "is silent"])(
    "fault 25: SIGTERM while it %s ends the process in time, and the job runs elsewhere",
    { timeout: 60_000 },
    async (how) => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(server.url);
      const wish = { lease: 3_000, grace: 500, concurrency: 1 };
      const first = await worker(`redis://127.0.0.1:${proxy.port}`, wish);
      const job = await app.client().send("orphan");
      await first.said(/^started/);
      if (how === "refuses") await proxy.refuse();
      else proxy.silence();
      first.signal("SIGTERM");
      const { signal } = await first.ended();
      expect(signal).toBeNull();
      const second = await worker(server.url, wish);
      expect(await job.result({ timeout: "20s" })).toBe(second.pid);
      expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 1 });
    },
  );

  test("fault 25: a second SIGTERM ends it at once, and nothing is lost", { timeout: 60_000 }, async () => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using app = appOn(server.url);
    const first = await worker(`redis://127.0.0.1:${proxy.port}`, { lease: 3_000, grace: 60_000, concurrency: 1 });
    const job = await app.client().send("steady", FOREVER_MS);
    await first.said(/^started/);
    proxy.silence();
    // Two at once are one to the kernel.
    const again = setInterval(() => first.signal("SIGTERM"), 300);
    const sentAt = performance.now();
    await first.ended();
    clearInterval(again);
    expect(performance.now() - sentAt).toBeLessThan(15_000);
    const second = await worker(server.url, { lease: 3_000, concurrency: 1 });
    await second.said(new RegExp(`^started ${job.id}`));
    expect(await job.peek()).toMatchObject({ state: "running", crashes: 1 });
  });
});
