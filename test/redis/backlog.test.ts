import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { storeUrl } from "../../src/app/store-url.ts";
import type { Lease, NewJob } from "../../src/contracts/index.ts";
import { redis } from "../../src/drivers/redis/index.ts";
import type { RedisStore } from "../../src/drivers/redis/redis-store.ts";
import { systemClock } from "../../src/internal/system-clock.ts";
import { RedisServer, lacking } from "../servers/index.ts";

const silent = (): void => undefined;
const BATCH = 1_000;
/** Beyond these jobs there is no other encoding of a hash, list or set, and no larger step, that a million would bring. */
const MANY = 30_000;

async function storeOn(server: RedisServer): Promise<RedisStore> {
  const store = redis.store?.({
    ...storeUrl(server.url),
    namespace: "backlog",
    durability: "normal",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: systemClock,
  });
  await store?.open();
  return store as RedisStore;
}

function jobs(count: number, given: Partial<NewJob> = {}): NewJob[] {
  return Array.from({ length: count }, () => ({
    id: randomBytes(12).toString("hex"),
    task: "known",
    queue: "main",
    priority: 0,
    body: '{"args":[]}',
    ...given,
  }));
}

async function fill(store: RedisStore, count: number, given: Partial<NewJob>): Promise<void> {
  for (let at = 0; at < count; at += BATCH) await store.enqueue(jobs(BATCH, given));
}

async function reserve(store: RedisStore, limit: number): Promise<readonly Lease[]> {
  const queues = [{ name: "main", limit }];
  const reply = await store.exchange({
    worker: "w",
    leaseMs: 60_000,
    reserve: { queues, tasks: ["known"], leaseMs: 60_000, parkMs: 60_000 },
  });
  return reply.leases;
}

async function settle(store: RedisStore, leases: readonly Lease[], to: "succeeded" | "failed"): Promise<void> {
  await store.exchange({
    worker: "w",
    leaseMs: 60_000,
    settle: leases.map(({ id, lease }) => ({ id, lease, to, charged: true, keep: { recordMs: 1, resultMs: 1 } })),
  });
}

/** What is done beside a backlog; each returns how many jobs it was about. */
const WORK: Readonly<Record<string, (store: RedisStore) => Promise<number>>> = {
  "send one": async (store) => (await store.enqueue(jobs(1, { priority: 5 }))).length,
  "send many": async (store) => (await store.enqueue(jobs(100, { priority: 5 }))).length,
  "send for later": async (store) => (await store.enqueue(jobs(100, { delayMs: 3_600_000 }))).length,
  reserve: async (store) => (await reserve(store, 50)).length,
  succeed: async (store) => {
    const leases = await reserve(store, 40);
    await settle(store, leases, "succeeded");
    return leases.length;
  },
  fail: async (store) => {
    const leases = await reserve(store, 10);
    await settle(store, leases, "failed");
    return leases.length;
  },
  purge: async (store) => store.purge(500),
  list: async (store) => (await store.inspection.list({ limit: 20 })).jobs.length,
  "list the dead": async (store) => (await store.inspection.list({ limit: 20, state: "failed" })).jobs.length,
  count: async (store) => (await store.inspection.counts()).filter(({ state }) => state === "failed").length,
  cancel: async (store) => {
    const { jobs: listed } = await store.inspection.list({ limit: 20, state: "scheduled" });
    const states = await store.requestCancel(
      listed.map(({ id }) => id),
      { recordMs: 60_000, resultMs: 60_000 },
    );
    return states.filter((state) => state === "cancelled").length;
  },
  "remove the dead": async (store) => store.inspection.removeDead(undefined, 500),
};

interface Cost {
  readonly jobs: number;
  readonly commands: number;
}

/** How many commands each work takes, those of its scripts included. */
async function costs(server: RedisServer, store: RedisStore): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost>();
  for (const [name, work] of Object.entries(WORK)) {
    await server.command("CONFIG", "RESETSTAT");
    const about = await work(store);
    const info = Object.entries(await server.info()).filter(([field]) => field.startsWith("cmdstat_"));
    const commands = info.reduce((sum, [, value]) => sum + Number(/calls=(\d+)/.exec(value)?.[1]), 0);
    costs.set(name, { jobs: about, commands });
  }
  return costs;
}

describe.skipIf(await lacking("redis"))("beside jobs that wait", () => {
  test.each([
    { name: "queued", given: {} },
    { name: "scheduled for later", given: { delayMs: 3_600_000 } },
    { name: "of another queue", given: { queue: "other" } },
  ])(
    `nothing takes more commands beside ${MANY.toLocaleString("en-US")} jobs that are $name than beside none`,
    { timeout: 60_000 },
    async ({ given }) => {
      await using empty = await RedisServer.start();
      await using full = await RedisServer.start();
      const [alone, beside] = [await storeOn(empty), await storeOn(full)];
      await fill(beside, MANY, given);
      const [few, many] = [await costs(empty, alone), await costs(full, beside)];
      expect([...few].filter(([, { jobs: about }]) => about === 0)).toEqual([]);
      expect([...many].map(([name, { jobs: about }]) => [name, about])).toEqual(
        [...few].map(([name, { jobs: about }]) => [name, about]),
      );
      // One queue more is counted; and what is rare is asked about singly only where there is any of it.
      const allowed = (name: string): number => (few.get(name)?.commands ?? 0) + 30;
      expect([...many].filter(([name, { commands }]) => commands > allowed(name))).toEqual([]);
      await alone.close();
      await beside.close();
    },
  );
});
