import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { LeaseLostError, MillraceError, context, task } from "../../src/index.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn, rejection } from "./apps.ts";

describe.skipIf(await lacking("redis")).concurrent("a server that is away", () => {
  test(
    "case 12: for 10 s, sends wait or fail within their deadline, and all that was accepted ends when it is back",
    { timeout: 60_000 },
    async () => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      const url = `redis://127.0.0.1:${proxy.port}`;
      await using app = appOn(url, { sendTimeout: "30s" });
      await using hasty = appOn(url, { sendTimeout: "1s" });
      const runs: number[] = [];
      const slow = task("slow", async (number: number, ms: number) => {
        runs.push(number);
        await sleep(ms);
        return number;
      });
      const worker = app.worker({ tasks: [slow], queues: { default: 2 }, lease: "30s" });
      const started = new Promise((resolve) => worker.on("started", resolve));
      await worker.start();
      await hasty.client().queues();
      const early = await app.client().sendMany(slow, [
        [1, 2_000],
        [2, 10],
        [3, 10],
        [4, 10],
      ]);
      await started;
      const waiting = early[3]!.result({ timeout: "40s" });
      await proxy.refuse();
      const sentAt = performance.now();
      const error = await rejection(hasty.client().send(slow, 5, 10));
      expect(error).toBeInstanceOf(MillraceError);
      expect(error).toMatchObject({ retryable: true });
      expect(performance.now() - sentAt).toBeLessThan(6_000);
      const patient = app.client().send(slow, 6, 10);
      await sleep(Math.max(0, 10_000 - (performance.now() - sentAt)));
      expect(worker.health.running).toBeLessThanOrEqual(2);
      await proxy.listen();
      const late = await patient;
      for (const job of [...early, late]) await job.result({ timeout: "20s" });
      expect(await waiting).toBe(4);
      // A send that failed may or may not have been accepted; none of the others ran twice.
      expect([...new Set(runs)].filter((number) => number !== 5).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 6]);
      expect(runs.length).toBe(new Set(runs).size);
      for (const job of early) expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 0 });
      expect(proxy.connections).toBeLessThan(200);
    },
  );

  test(
    "fault 14: a worker that the network lost stops its task before another runs it, and is not heard afterwards",
    { timeout: 40_000 },
    async ({ expect }) => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using lost = appOn(`redis://127.0.0.1:${proxy.port}`);
      await using near = appOn(server.url);
      const happened: string[] = [];
      const act = task("act", async (): Promise<string> => {
        if (context().crashes > 0) {
          happened.push("the other starts");
          return "the other's";
        }
        happened.push("starts");
        const { signal } = context();
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve());
        });
        expect(signal.reason).toBeInstanceOf(LeaseLostError);
        happened.push("is told to stop");
        return "the first's";
      });
      const first = lost.worker({ tasks: [act], lease: "3s" });
      const stalled = new Promise((resolve) => first.on("stalled", resolve));
      await first.start();
      const job = await near.client().send(act);
      await expect.poll(() => happened.length, { timeout: 10_000 }).toBe(1);
      // Longer than a renewal takes, so that at least one has happened.
      await sleep(1_500);
      proxy.silence();
      await near.worker({ tasks: [act], lease: "3s" }).start();
      expect(await job.result({ timeout: "20s" })).toBe("the other's");
      expect(happened).toEqual(["starts", "is told to stop", "the other starts"]);
      const recorded = await job.peek();
      proxy.speak();
      await stalled;
      expect((await lost.client().queues())[0]?.counts).toEqual({ succeeded: 1 });
      expect(await job.peek()).toEqual(recorded);
      expect(recorded).toMatchObject({ state: "succeeded", attempt: 1, crashes: 1 });
    },
  );

  test(
    "fault 15: with 200 ms of latency and a third of the connections breaking, no lease is lost and nothing runs twice",
    { timeout: 90_000 },
    async () => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(`redis://127.0.0.1:${proxy.port}`, { sendTimeout: "60s" });
      const runs: number[] = [];
      const note = task("note", async (number: number) => {
        runs.push(number);
        await sleep(100);
        return number;
      });
      const worker = app.worker({ tasks: [note], queues: { default: 10 }, lease: "8s" });
      await worker.start();
      proxy.latencyMs = 100;
      proxy.resetShare = 0.3;
      proxy.resetWithinMs = 2_000;
      proxy.reset();
      const client = app.client();
      const jobs = [];
      for (let round = 0; round < 10; round += 1) {
        const numbers = Array.from({ length: 30 }, (_, at): [number] => [round * 30 + at]);
        jobs.push(...(await client.sendMany(note, numbers)));
        if (round % 3 === 2) proxy.reset();
      }
      const results = await Promise.all(jobs.map((job) => job.result({ timeout: "60s" })));
      expect(results).toEqual(Array.from({ length: 300 }, (_, at) => at));
      expect(runs.toSorted((a, b) => a - b)).toEqual(results);
      Object.assign(proxy, { latencyMs: 0, resetShare: 0 });
      for (const job of jobs) expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 0 });
      expect(proxy.connections).toBeLessThan(300);
    },
  );

  test(
    "connected but deaf: who hears nothing more of jobs and results still gets them",
    { timeout: 90_000 },
    async () => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(`redis://127.0.0.1:${proxy.port}?answerLimit=1s`);
      await using near = appOn(server.url);
      const double = task("double", (number: number) => number * 2);
      const worker = app.worker({ tasks: [double] });
      await worker.start();
      expect(await (await app.client().send(double, 1)).result({ timeout: "10s" })).toBe(2);
      proxy.silence("listeners");
      const job = await near.client().send(double, 21);
      expect(await job.result({ timeout: "40s" })).toBe(42);
      await near.worker({ tasks: [task("away", () => "there")] }).start();
      expect(await (await app.client().send<string>("away")).result({ timeout: "40s" })).toBe("there");
    },
  );

  test("a server that is there and does not answer: sends fail in time, and all goes on when it is woken", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(`${server.url}?answerLimit=1s`, { sendTimeout: "2s" });
    const double = task("double", (number: number) => number * 2);
    const worker = app.worker({ tasks: [double] });
    await worker.start();
    expect(await (await app.client().send(double, 1)).result({ timeout: "10s" })).toBe(2);
    server.signal("SIGSTOP");
    const sentAt = performance.now();
    const error = await rejection(app.client().send(double, 2));
    expect(error).toMatchObject({ retryable: true });
    expect(performance.now() - sentAt).toBeLessThan(8_000);
    server.signal("SIGCONT");
    expect(await (await app.client().send(double, 21)).result({ timeout: "15s" })).toBe(42);
  });
});
