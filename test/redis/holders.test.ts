import { describe, expect, test, vi } from "vitest";
import type { Lease, Store } from "../../src/contracts/index.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { storeOn } from "./apps.ts";

/** More workers than holders are looked at in one exchange. */
const WORKERS = 25;

async function send(store: Store, id: string): Promise<void> {
  await store.enqueue([{ id, task: "known", queue: "main", priority: 0, body: "[]" }]);
}

async function reserve(store: Store, worker: string, leaseMs: number): Promise<Lease | undefined> {
  const reservation = { queues: [{ name: "main", limit: 1 }], tasks: ["known"], leaseMs, parkMs: 1_000 };
  return (await store.exchange({ worker, leaseMs, reserve: reservation })).leases[0];
}

describe.skipIf(await lacking("redis"))("holders", () => {
  test("many idle workers of a process do not keep it from taking over what another's held", async () => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    const [near, far] = await Promise.all([
      storeOn(server.url, "holders"),
      storeOn(`redis://127.0.0.1:${proxy.port}`, "holders"),
    ]);
    try {
      await send(near, "held-elsewhere");
      expect(await reserve(far, "far", 1_500)).toMatchObject({ id: "held-elsewhere", lease: 1 });
      for (let at = 0; at < WORKERS; at += 1) {
        await send(near, `job-${at}`);
        const leaseMs = 50;
        const { lease = 0 } = (await reserve(near, `near-${at}`, leaseMs)) ?? {};
        const settle = [{ id: `job-${at}`, lease, to: "succeeded" as const, charged: true }];
        expect((await near.exchange({ worker: `near-${at}`, leaseMs, settle })).settled).toEqual(["applied"]);
      }
      // Its process is gone, as far as the server can tell.
      proxy.silence();
      const taken = await vi.waitFor(async () => {
        const lease = await reserve(near, "near", 10_000);
        if (lease === undefined) throw new Error("there is nothing to reserve");
        return lease;
      }, 5_000);
      expect(taken).toMatchObject({ id: "held-elsewhere", lease: 2, crashes: 1 });
    } finally {
      proxy.speak();
      await Promise.all([near.close(), far.close()]);
    }
  });
});
