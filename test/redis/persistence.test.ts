import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Client, JobUnknownError, task } from "../../src/index.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn, rejection } from "./apps.ts";

/** With `everysec`, the server holds back what it writes for up to two seconds while the disk is slow, and some for one. */
const POLICIES = [
  { appendfsync: "always", windowMs: 0, pauseMs: 2 },
  { appendfsync: "everysec", windowMs: 3_000, pauseMs: 40 },
] as const;

describe.skipIf(await lacking("redis")).concurrent("a server that is killed with -9", () => {
  test.for(POLICIES)(
    "fault 6: with appendfsync $appendfsync, each job that was accepted in time is there afterwards and ends",
    { timeout: 60_000 },
    async ({ appendfsync, windowMs, pauseMs }, { expect }) => {
      await using server = await RedisServer.start({ appendfsync });
      await using app = appOn(server.url, { sendTimeout: "30s" });
      const add = task("add", async (a: number, b: number) => {
        await sleep(5);
        return a + b;
      });
      const worker = app.worker({ tasks: [add], queues: { default: 8 }, lease: "20s" });
      await worker.start();
      const client = app.client();
      const accepted: { id: string; acceptedAt: number }[] = [];
      const stopped = new AbortController();
      const sending = Array.from({ length: 4 }, async () => {
        while (!stopped.signal.aborted) {
          for (const { id } of await client.sendMany(add, [
            [1, 41],
            [2, 40],
            [3, 39],
          ])) {
            accepted.push({ id, acceptedAt: performance.now() });
          }
          await sleep(pauseMs);
        }
      });
      const kills: number[] = [];
      for (let kill = 0; kill < 3; kill += 1) {
        const before = accepted.length;
        await expect.poll(() => accepted.length - before, { timeout: 20_000 }).toBeGreaterThan(60);
        await sleep(windowMs);
        kills.push(performance.now());
        await server.kill();
        await sleep(200);
        await server.start();
      }
      stopped.abort();
      await Promise.all(sending);
      let inTime = 0;
      for (const { id, acceptedAt } of accepted) {
        const mayBeLost = kills.some((kill) => acceptedAt <= kill && kill - acceptedAt < windowMs);
        if (!mayBeLost) inTime += 1;
        const ends = mayBeLost ? [42, "unknown"] : [42];
        expect(ends).toContain(await resultOrUnknown(client, id));
      }
      expect(inTime).toBeGreaterThan(180);
      const [queue] = await client.queues();
      expect(queue?.counts).toEqual({ succeeded: expect.any(Number) as number });
      expect(queue?.counts.succeeded).toBeGreaterThanOrEqual(inTime);
    },
  );

  test("without an append-only file: who waits hears that the job is unknown, and new jobs run", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url, { sendTimeout: "20s" });
    const client = app.client();
    const add = task("add", (a: number, b: number) => a + b);
    const job = await client.send(add, 1, 2);
    const waiting = rejection(job.result({ timeout: "20s" }));
    await server.kill();
    await server.start();
    expect(await waiting).toBeInstanceOf(JobUnknownError);
    await app.worker({ tasks: [add] }).start();
    expect(await (await client.send(add, 20, 22)).result({ timeout: "15s" })).toBe(42);
    expect(await job.peek()).toBeUndefined();
  });

  test("a worker that was running a job when the server forgot everything goes on with the next", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url, { sendTimeout: "20s" });
    const gate = Promise.withResolvers<void>();
    const gated = task("gated", async () => gate.promise);
    const add = task("add", (a: number, b: number) => a + b);
    const worker = app.worker({ tasks: [gated, add], lease: "2s" });
    const started = new Promise((resolve) => worker.on("started", resolve));
    const stalled = new Promise((resolve) => worker.on("stalled", resolve));
    await worker.start();
    await app.client().send(gated);
    await started;
    await server.kill();
    await server.start();
    gate.resolve();
    await stalled;
    expect(await (await app.client().send(add, 20, 22)).result({ timeout: "15s" })).toBe(42);
    expect((await app.client().queues())[0]?.counts).toEqual({ succeeded: 1 });
  });
});

async function resultOrUnknown(client: Client, id: string): Promise<unknown> {
  try {
    return await client.job(id).result({ timeout: "30s" });
  } catch (error) {
    if (error instanceof JobUnknownError) return "unknown";
    throw error;
  }
}
