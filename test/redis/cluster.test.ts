import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ConfigurationError, MillraceError, task } from "../../src/index.ts";
import { RedisCluster, RedisServer, lacking } from "../servers/index.ts";
import { appOn, rejection } from "./apps.ts";

const echo = task("echo", (number: number) => number);
const PARTITIONS = 12;

function urlOf(cluster: RedisCluster, partitions = PARTITIONS): string {
  return `redis+cluster://${cluster.addresses.join(",")}?partitions=${partitions}`;
}

function numbers(count: number): [number][] {
  return Array.from({ length: count }, (_, at): [number] => [at]);
}

/** How many jobs a node holds. */
async function jobsAt(node: RedisServer): Promise<number> {
  const keys = (await node.command("KEYS", "*:jobs")) as readonly string[];
  const counts = await Promise.all(keys.map((key) => node.command("HLEN", key)));
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

/** The slots in which a node has keys. */
async function usedSlots(node: RedisServer): Promise<number[]> {
  const keys = (await node.command("KEYS", "*")) as readonly string[];
  const slots = await Promise.all(keys.map(async (key) => Number(await node.command("CLUSTER", "KEYSLOT", key))));
  return [...new Set(slots)];
}

describe.skipIf(await lacking("redis")).concurrent("a Cluster of three masters", () => {
  test("a queue spreads over all nodes, and no caller sees it", { timeout: 60_000 }, async () => {
    await using cluster = await RedisCluster.start();
    await using app = appOn(urlOf(cluster));
    await using other = appOn(urlOf(cluster));
    const client = app.client();
    const own = numbers(100).map(async ([at]) => client.with({ id: `own-${at}` }).send(echo, at));
    const jobs = [...(await Promise.all(own)), ...(await client.sendMany(echo, numbers(100)))];
    const held = await Promise.all(cluster.nodes.map(jobsAt));
    expect(Math.min(...held)).toBeGreaterThan(10);
    expect(held.reduce((sum, each) => sum + each, 0)).toBe(200);
    expect((await other.client().queues())[0]?.counts).toEqual({ queued: 200 });
    expect((await other.client().get(jobs[77]!.id))?.args).toEqual([77]);
    expect((await client.with({ id: jobs[3]!.id }).send(echo, 99)).id).toBe(jobs[3]!.id);
    const listed = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await other.client().list({ limit: 30, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id } of page.jobs) listed.add(id);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(listed).toEqual(new Set(jobs.map(({ id }) => id)));
    expect(await other.client().job(jobs[0]!.id).cancel()).toBe("cancelled");
    await other.worker({ tasks: [echo], queues: { default: 20 } }).start();
    const results = await Promise.all(jobs.slice(1).map((job) => job.result({ timeout: "20s" })));
    expect(results).toEqual([...numbers(100), ...numbers(100)].flat().slice(1));
    expect((await client.queues())[0]?.counts).toEqual({ succeeded: 199, cancelled: 1 });
  });

  test("callbacks and scheduled jobs run, whichever node they are on", { timeout: 60_000 }, async ({ expect }) => {
    await using cluster = await RedisCluster.start();
    await using app = appOn(urlOf(cluster));
    const ended: number[] = [];
    const called = task("called", (number: number) => number, {
      onEnd: ({ args }) => void ended.push(Number(args[0])),
    });
    await app.worker({ tasks: [called], queues: { default: 10 } }).start();
    const client = app.client();
    const jobs = await Promise.all(numbers(30).map(([at]) => client.with({ runAfter: at * 10 }).send(called, at)));
    await Promise.all(jobs.map((job) => job.result({ timeout: "20s" })));
    await expect.poll(() => ended.length, { timeout: 20_000 }).toBe(30);
    expect(ended.toSorted((a, b) => a - b)).toEqual(numbers(30).map(([at]) => at));
  });

  test(
    "slots that move to another node under load: nothing is lost, nothing runs twice",
    { timeout: 60_000 },
    async () => {
      await using cluster = await RedisCluster.start();
      await using app = appOn(urlOf(cluster), { sendTimeout: "30s" });
      const runs: number[] = [];
      const note = task("note", async (number: number) => {
        runs.push(number);
        await sleep(5);
        return number;
      });
      const worker = app.worker({ tasks: [note], queues: { default: 20 }, lease: "20s" });
      await worker.start();
      const client = app.client();
      const jobs = await client.sendMany(note, numbers(50));
      let moved = 0;
      for (const [from, to] of [
        [0, 1],
        [1, 2],
        [2, 0],
      ] as const) {
        const slots = await usedSlots(cluster.nodes[from]!);
        for (const slot of slots.slice(0, 2)) {
          const moving = cluster.moveSlot(slot, from, to);
          moved += 1;
          for (let sent = 0; sent < 20; sent += 1) jobs.push(await client.send(note, jobs.length));
          await moving;
        }
      }
      expect(moved).toBeGreaterThan(3);
      const results = await Promise.all(jobs.map((job) => job.result({ timeout: "30s" })));
      expect(results).toEqual(numbers(jobs.length).map(([at]) => at));
      expect(runs.toSorted((a, b) => a - b)).toEqual(results);
    },
  );

  test(
    "a node that dies and comes back: sends wait or fail with a typed error, and all goes on",
    { timeout: 90_000 },
    async () => {
      await using cluster = await RedisCluster.start(3, { appendfsync: "always" });
      await using app = appOn(urlOf(cluster), { sendTimeout: "40s" });
      await using hasty = appOn(urlOf(cluster), { sendTimeout: "1s" });
      const client = app.client();
      await hasty.client().queues();
      const jobs = await client.sendMany(echo, numbers(30));
      const worker = app.worker({ tasks: [echo], queues: { default: 5 }, lease: "30s" });
      await cluster.nodes[1]!.kill();
      await worker.start();
      const error = await failureOf(async (number) => hasty.client().send(echo, number));
      expect(error).toBeInstanceOf(MillraceError);
      expect(error).toMatchObject({ retryable: true });
      const patient = Promise.all(numbers(20).map(async ([at]) => client.send(echo, at)));
      await sleep(500);
      await cluster.nodes[1]!.start();
      await cluster.settled();
      jobs.push(...(await patient));
      const results = await Promise.all(jobs.map((job) => job.result({ timeout: "30s" })));
      expect(results).toEqual([...numbers(30), ...numbers(20)].map(([at]) => at));
    },
  );

  test(
    "another number of partitions than the namespace was made with is refused, and says which",
    { timeout: 60_000 },
    async () => {
      await using cluster = await RedisCluster.start();
      await using app = appOn(urlOf(cluster, 4));
      await app.client().send(echo, 1);
      await using wrong = appOn(urlOf(cluster, 5), { sendTimeout: "5s" });
      const error = (await rejection(wrong.client().send(echo, 1))) as Error;
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toMatch(/4.*5|5.*4/);
    },
  );

  test("a cluster without all its slots is an error that says so", { timeout: 60_000 }, async () => {
    await using cluster = await RedisCluster.start();
    await cluster.nodes[0]!.command("CLUSTER", "DELSLOTSRANGE", 0, 5_000);
    await using app = appOn(`${urlOf(cluster)}&answerLimit=2s`, { sendTimeout: "6s" });
    const error = (await failureOf(async (number) => app.client().send(echo, number))) as MillraceError;
    expect(error.message).toMatch(/slot|CLUSTERDOWN|cluster/i);
    expect(error).toBeInstanceOf(MillraceError);
  });

  test("a single server that is no cluster is an error that says so", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(`redis+cluster://127.0.0.1:${server.port}`, { sendTimeout: "3s" });
    const error = (await rejection(app.client().send(echo, 1))) as Error;
    expect(error).toBeInstanceOf(MillraceError);
    expect(error.message).toMatch(/cluster/i);
  });
});

/** The first failure of sends that go to one partition after another. */
async function failureOf(send: (number: number) => Promise<unknown>): Promise<unknown> {
  for (let at = 0; at < 4 * PARTITIONS; at += 1) {
    try {
      await send(at);
    } catch (error) {
      return error;
    }
  }
  throw new Error("each was accepted");
}
