import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { task } from "../../src/index.ts";
import type { ExchangeReply, Lease, NewJob, Store } from "../../src/contracts/index.ts";
import { readScripts } from "../../src/drivers/redis/scripts.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn, storeOn } from "./apps.ts";

const LEASE_MS = 20_000;

let sent = 0;
function job(given: Partial<NewJob> = {}): NewJob {
  sent += 1;
  return { id: `job-${sent}`, task: "known", queue: "main", priority: 0, body: "[]", createdAt: 0, ...given } as NewJob;
}

/** Resolves when somebody sleeps on a queue. */
async function asleep(server: RedisServer, namespace: string, queue: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await server.command("ZCARD", `{${namespace}.0}:sleepers:${queue}`)).toBe(1),
    5_000,
  );
}

/** A worker as far as its store knows one. */
class Idler implements AsyncDisposable {
  readonly store: Store;
  readonly worker: string;
  readonly leaseMs: number;

  private constructor(store: Store, worker: string, leaseMs: number) {
    this.store = store;
    this.worker = worker;
    this.leaseMs = leaseMs;
  }

  static async on(url: string, worker = "idler", leaseMs = LEASE_MS): Promise<Idler> {
    return new Idler(await storeOn(url, "hand-over"), worker, leaseMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
  }

  send(sent: NewJob): Promise<unknown> {
    return this.store.enqueue([sent]);
  }

  reserve(limit = 1, handOver = true): Promise<ExchangeReply> {
    const { worker, leaseMs } = this;
    const reserve = { queues: [{ name: "main", limit }], tasks: ["known"], leaseMs, parkMs: 1_000, handOver };
    return this.store.exchange({ worker, leaseMs, reserve });
  }

  async wait(maxMs = 2_000): Promise<readonly Lease[]> {
    const { worker, leaseMs } = this;
    const handOver = { worker, leaseMs };
    const signal = new AbortController().signal;
    return (await this.store.wait({ queues: ["main"], tasks: ["known"], maxMs, signal, handOver })) ?? [];
  }

  /** Finds nothing, and waits; resolves when the server knows it. */
  async fallAsleep(server: RedisServer, maxMs = 2_000): Promise<{ readonly waited: Promise<readonly Lease[]> }> {
    await this.reserve();
    const waited = this.wait(maxMs);
    await asleep(server, "hand-over", "main");
    return { waited };
  }

  /** Reserves until there is something. */
  async get(): Promise<Lease> {
    return vi.waitFor(async () => {
      const [lease] = (await this.reserve(1, false)).leases;
      if (lease === undefined) throw new Error("there is nothing to reserve");
      return lease;
    }, 5_000);
  }

  async settle({ id, lease }: Lease): Promise<unknown> {
    const keep = { recordMs: null, resultMs: null };
    const settle = [{ id, lease, to: "succeeded" as const, charged: true, result: "1", keep }];
    return (await this.store.exchange({ worker: this.worker, leaseMs: this.leaseMs, settle })).settled[0];
  }
}

describe.skipIf(await lacking("redis")).concurrent("a job that comes while a worker sleeps", () => {
  test("is leased to it at once: the worker runs it before it has asked for anything", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using far = appOn(`redis://127.0.0.1:${proxy.port}`);
    await using app = appOn(server.url);
    const exchange = readScripts().exchange.sha;
    let asked = 0;
    const before: number[] = [];
    const noted = task("noted", (number: number) => {
      before.push(asked);
      return number;
    });
    await far.worker({ tasks: [noted], queues: { default: 3 } }).start();
    await asleep(server, "millrace", "default");
    for (let number = 0; number < 5; number += 1) {
      proxy.rule = ([, script = ""]) => void (asked += script === exchange ? 1 : 0);
      asked = 0;
      const sending = await app.client().send(noted, number);
      expect(await sending.result({ timeout: "5s" })).toBe(number);
      expect(await sending.peek()).toMatchObject({ state: "succeeded", attempt: 1, crashes: 0 });
      await asleep(server, "millrace", "default");
    }
    expect(before).toEqual([0, 0, 0, 0, 0]);
    expect(await app.client().queues()).toEqual([{ queue: "default", counts: { succeeded: 5 } }]);
  });

  test("is a lease like any other: kept while it is held, counted while it runs, settled once", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using idler = await Idler.on(server.url, "idler", 600);
    await using other = await Idler.on(server.url, "other");
    const { waited } = await idler.fallAsleep(server);
    const one = job({ body: "[1]" });
    await other.send(one);
    const [lease, ...others] = await waited;
    expect(others).toEqual([]);
    expect(lease).toMatchObject({ id: one.id, body: "[1]", attempt: 1, crashes: 0, lease: 1, queue: "main" });
    expect(await other.store.inspection!.counts()).toEqual([{ queue: "main", state: "running", count: 1 }]);
    const extend = [{ id: one.id, lease: 1, notes: "{}" }];
    expect((await idler.store.exchange({ worker: "idler", leaseMs: 600, extend })).extended).toEqual(["kept"]);
    await sleep(1_800);
    expect((await other.reserve()).leases).toEqual([]);
    expect(await idler.settle(lease!)).toBe("applied");
    expect(await idler.settle(lease!)).toBe("stale");
    expect(await other.store.inspection!.counts()).toEqual([{ queue: "main", state: "succeeded", count: 1 }]);
  });

  test("goes to another, uncharged, when nobody takes it", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using idler = await Idler.on(server.url);
    await using other = await Idler.on(server.url, "other");
    const { waited } = await idler.fallAsleep(server, 100);
    await waited;
    // A reservation that nobody follows with a wait.
    await idler.reserve();
    const one = job();
    await other.send(one);
    expect(await other.get()).toMatchObject({ id: one.id, attempt: 1, crashes: 0, lease: 2 });
    expect(await idler.wait(50)).toEqual([]);
  });

  test("goes to another, uncharged, when the word of it was lost with the connection", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using idler = await Idler.on(`redis://127.0.0.1:${proxy.port}`);
    await using other = await Idler.on(server.url, "other");
    const { waited } = await idler.fallAsleep(server, 5_000);
    proxy.silence("listeners");
    const one = job();
    await other.send(one);
    await sleep(100);
    expect((await other.reserve(1, false)).leases).toEqual([]);
    proxy.reset();
    proxy.speak();
    // Woken, it asks again, and what it does not know of is given back first.
    expect(await waited).toEqual([]);
    // As a worker does, which may hear only now that its connection is gone.
    const { leases } = await vi.waitFor(() => idler.reserve(), 5_000);
    const lease = leases[0] ?? (await other.get());
    expect(lease).toMatchObject({ id: one.id, attempt: 1, crashes: 0, lease: 2 });
  });

  test("goes to another when the one that slept is gone", async ({ expect }) => {
    await using server = await RedisServer.start();
    const idler = await Idler.on(server.url);
    await using other = await Idler.on(server.url, "other");
    await idler.fallAsleep(server);
    await idler.store.close();
    const one = job();
    await other.send(one);
    expect((await other.reserve()).leases).toMatchObject([{ id: one.id, lease: 1 }]);
  });

  test("is not handed over by a paused queue, to a worker without its task, nor when it is large", async ({
    expect,
  }) => {
    await using server = await RedisServer.start();
    await using idler = await Idler.on(server.url);
    await using other = await Idler.on(server.url, "other");
    const { waited: whilePaused } = await idler.fallAsleep(server, 500);
    await other.store.queueControl!.pause("main");
    const held = job();
    await other.send(held);
    expect(await whilePaused).toEqual([]);
    await other.store.queueControl!.resume("main");
    expect((await idler.get()).id).toBe(held.id);

    const { waited } = await idler.fallAsleep(server);
    const strange = job({ task: "strange" });
    await other.send(strange);
    expect(await waited).toEqual([]);
    expect((await idler.reserve()).parked).toEqual([{ queue: "main", task: "strange", count: 1 }]);

    const { waited: again } = await idler.fallAsleep(server);
    const large = job({ body: JSON.stringify(["x".repeat(70_000)]) });
    await other.send(large);
    expect(await again).toEqual([]);
    expect((await idler.get()).id).toBe(large.id);
  });

  test("waits its turn behind what is there already", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using idler = await Idler.on(server.url);
    await using other = await Idler.on(server.url, "other");
    const first = job();
    await other.send(first);
    const { id, lease } = await other.get();
    const { waited } = await idler.fallAsleep(server, 100);
    await waited;
    await idler.reserve();
    const name = "{hand-over.0}:sleepers:main";
    const [sleeper] = (await server.command("ZRANGE", name, 0, 0)) as string[];
    // Given back, it wakes who sleeps, and that one does not come, but sleeps again.
    const settle = [{ id, lease, to: "queued" as const, charged: false }];
    await other.store.exchange({ worker: "other", leaseMs: LEASE_MS, settle });
    await server.command("ZADD", name, Date.now() + 5_000, sleeper!);
    const second = job();
    await other.send(second);
    expect(await other.get()).toMatchObject({ id: first.id, lease: 2 });
    expect(await other.get()).toMatchObject({ id: second.id, lease: 1 });
  });

  test(
    "many, each sent alone to workers that fall asleep between, end once each",
    { timeout: 60_000 },
    async ({ expect }) => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(server.url);
      const runs = new Map<number, number>();
      const counted = task("counted", (number: number) => {
        runs.set(number, (runs.get(number) ?? 0) + 1);
        return number;
      });
      await using one = appOn(`redis://127.0.0.1:${proxy.port}`);
      await using two = appOn(server.url);
      await one.worker({ tasks: [counted], queues: { default: 1 } }).start();
      await two.worker({ tasks: [counted], queues: { default: 1 } }).start();
      const jobs = [];
      for (let number = 0; number < 300; number += 1) {
        jobs.push(await app.client().send(counted, number));
        // Whoever listens through the proxy loses what is said at that moment.
        if (number % 50 === 25) {
          proxy.silence("listeners");
          await sleep(20);
        }
        if (number % 50 === 30) {
          proxy.reset();
          proxy.speak();
        }
        await sleep(number % 5);
      }
      const results = await Promise.all(jobs.map((each) => each.result({ timeout: "20s" })));
      expect(results).toEqual(Array.from({ length: 300 }, (_, number) => number));
      expect(await app.client().queues()).toEqual([{ queue: "default", counts: { succeeded: 300 } }]);
      expect([...runs].filter(([, times]) => times > 1)).toEqual([]);
    },
  );
});
