import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { StoreFullError, task } from "../../src/index.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

/** Repeats a send of `count` jobs until it is refused. */
async function fillUp(count: number, send: () => Promise<unknown>): Promise<{ accepted: number; refusal: unknown }> {
  for (let accepted = 0; ; accepted += count) {
    try {
      await send();
    } catch (refusal) {
      return { accepted, refusal };
    }
  }
}

describe.skipIf(await lacking("redis"))("a server without memory", () => {
  test(
    "fault 8: send is a typed error; jobs under way are kept and settled; with room again, all goes on",
    { timeout: 60_000 },
    async () => {
      await using server = await RedisServer.start({ config: ["maxmemory 8mb", "maxmemory-policy noeviction"] });
      await using app = appOn(server.url, { sendTimeout: "500ms" });
      const gate = Promise.withResolvers<void>();
      const gated = task("gated", async () => {
        await gate.promise;
        return "y".repeat(10_000);
      });
      const measure = task("measure", (text: string) => text.length);
      const worker = app.worker({ tasks: [gated], queues: { default: 5 }, lease: "1s" });
      const started: string[] = [];
      worker.on("started", ({ id }) => started.push(id));
      await worker.start();
      const running = await app.client().sendMany(gated, [[], [], [], [], []]);
      await expect.poll(() => started.length, { timeout: 10_000 }).toBe(5);

      const later = app.client({ queue: "later" });
      const large = Array.from({ length: 20 }, (): [string] => ["x".repeat(20_000)]);
      const first = await fillUp(large.length, () => later.sendMany(measure, large));
      expect(first.refusal).toBeInstanceOf(StoreFullError);
      expect((first.refusal as Error).message).toMatch(/intact.*maxmemory/);
      expect(first.accepted).toBeGreaterThan(100);
      let accepted = first.accepted;
      for (const size of [2_000, 100]) {
        accepted += (await fillUp(1, () => later.send(measure, "x".repeat(size)))).accepted;
      }
      const { used_memory: used, maxmemory } = await server.info();
      expect(Number(used)).toBeGreaterThan(Number(maxmemory) * 0.98);

      // Longer than the lease: a server that is full renews it.
      await sleep(2_500);
      gate.resolve();
      for (const job of running) {
        expect(await job.result({ timeout: "10s" })).toBe("y".repeat(10_000));
        expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 0 });
      }
      await server.command("CONFIG", "SET", "maxmemory", "64mb");
      await app.worker({ tasks: [measure], queues: { later: 5 } }).start();
      const last = await later.send(measure, "z");
      expect(await last.result({ timeout: "20s" })).toBe(1);
      const counts = (await later.queues()).find(({ queue }) => queue === "later")?.counts;
      expect(counts).toEqual({ succeeded: accepted + 1 });
    },
  );
});
