import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { MillraceError, StoreUnavailableError, context, task } from "../../src/index.ts";
import { RedisSentinel, lacking } from "../servers/index.ts";
import { appOn, rejection } from "./apps.ts";

const echo = task("echo", async (number: number) => {
  await sleep(5);
  return number;
});

function urlOf(group: RedisSentinel, password?: string): string {
  const auth = password === undefined ? "" : `:${password}@`;
  return `redis+sentinel://${auth}127.0.0.1:${group.sentinel.port}/${group.name}`;
}

describe.skipIf(await lacking("redis")).concurrent("Sentinel", () => {
  test(
    "a fail-over: clients, workers and who waits go on at the new master, which knows no script",
    { timeout: 90_000 },
    async () => {
      await using group = await RedisSentinel.start({ password: "hush" });
      await using app = appOn(urlOf(group, "hush"), { sendTimeout: "40s" });
      const client = app.client();
      const patient = task("patient", async () => {
        await sleep(4_000);
        return context().crashes;
      });
      const worker = app.worker({ tasks: [echo, patient], queues: { default: 8 }, lease: "20s" });
      await worker.start();
      const before = await client.sendMany(
        echo,
        Array.from({ length: 50 }, (_, at): [number] => [at]),
      );
      for (const [at, job] of before.entries()) expect(await job.result({ timeout: "15s" })).toBe(at);
      const running = await client.send(patient);
      const scheduled = await client.with({ runAfter: "3s" }).send(echo, 7);
      const waiting = running.result({ timeout: "40s" });
      const master = await group.master();
      expect(await master.command("WAIT", 1, 10_000)).toBe(1);
      const next = await group.failOver();
      expect(next.port).not.toBe(master.port);
      const after = await client.sendMany(
        echo,
        Array.from({ length: 50 }, (_, at): [number] => [at]),
      );
      for (const [at, job] of after.entries()) expect(await job.result({ timeout: "30s" })).toBe(at);
      expect(await waiting).toBe(0);
      expect(await scheduled.result({ timeout: "20s" })).toBe(7);
      expect(await running.peek()).toMatchObject({ state: "succeeded", attempt: 1, crashes: 0 });
      const [queue] = await client.queues();
      expect(queue?.counts).toEqual({ succeeded: 102 });
    },
  );

  test(
    'durability "replicated": what was accepted while the master was killed is at the new one',
    { timeout: 90_000 },
    async ({ expect }) => {
      await using group = await RedisSentinel.start();
      await using app = appOn(urlOf(group), { sendTimeout: "1s", durability: "replicated" });
      const client = app.client();
      const accepted: { id: string; number: number }[] = [];
      const stopped = new AbortController();
      let refused = 0;
      const sending = Array.from({ length: 4 }, async (_, lane) => {
        for (let at = 0; !stopped.signal.aborted; at += 1) {
          const number = at * 10 + lane;
          try {
            const { id } = await client.send(echo, number);
            accepted.push({ id, number });
          } catch (error) {
            if (!(error instanceof MillraceError && error.retryable)) throw error;
            refused += 1;
          }
        }
      });
      await expect.poll(() => accepted.length, { timeout: 15_000 }).toBeGreaterThan(200);
      const master = await group.master();
      const next = await group.failOver();
      // The one replica is the master now: nothing more can be promised until it has one of its own.
      expect(await rejection(client.send(echo, 0))).toBeInstanceOf(Error);
      await master.start();
      await expect.poll(async () => (await next.info())["connected_slaves"], { timeout: 30_000 }).toBe("1");
      const count = accepted.length;
      await expect.poll(() => accepted.length, { timeout: 30_000 }).toBeGreaterThan(count + 20);
      stopped.abort();
      await Promise.all(sending);
      expect(refused).toBeGreaterThan(0);
      await app.worker({ tasks: [echo], queues: { default: 20 } }).start();
      for (const { id, number } of accepted) {
        expect(await client.job(id).result({ timeout: "30s" })).toBe(number);
      }
    },
  );

  test("a master that the sentinel does not know, and a sentinel that is away, are errors that say so", async () => {
    await using group = await RedisSentinel.start();
    await using stranger = appOn(`redis+sentinel://127.0.0.1:${group.sentinel.port}/strangers`, { sendTimeout: "2s" });
    const unknown = (await rejection(stranger.client().send(echo, 1))) as Error;
    expect(unknown.message).toMatch(/strangers/);
    await group.sentinel.stop();
    await using app = appOn(urlOf(group), { sendTimeout: "2s" });
    const away = await rejection(app.client().send(echo, 1));
    expect(away).toBeInstanceOf(StoreUnavailableError);
  });
});
