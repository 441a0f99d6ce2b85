import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { task } from "../../src/index.ts";
import { FaultProxy, RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

/** How often each command was carried out, scripts' own included. */
async function commandsOf(server: RedisServer): Promise<Map<string, number>> {
  const info = await server.info();
  return new Map(
    Object.entries(info)
      .filter(([name]) => name.startsWith("cmdstat_"))
      .map(([name, value]) => [name.slice("cmdstat_".length), Number(/calls=(\d+)/.exec(value)?.[1])]),
  );
}

describe.skipIf(await lacking("redis")).concurrent("what a server is asked", () => {
  test("nothing that looks through all its keys, whatever is done", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url);
    const client = app.client();
    const flaky = task("flaky", (number: number) => {
      if (number % 3 === 0) throw new Error("no");
      return number;
    });
    await app.worker({ tasks: [flaky], queues: { default: 10 } }).start();
    const jobs = await client.with({ retries: 1, backoff: [10] }).sendMany(
      flaky,
      Array.from({ length: 30 }, (_, at): [number] => [at]),
    );
    const later = await client.with({ runAfter: "1h" }).send(flaky, 1);
    await Promise.all(jobs.map((job) => job.wait({ timeout: "15s" })));
    await later.cancel();
    await client.list({ state: "failed" });
    await client.queues();
    const { jobs: dead } = await client.dead.list();
    expect(dead).toHaveLength(10);
    await client.dead.replay(dead.slice(0, 2).map(({ id }) => id));
    await client.dead.purge();
    const commands = await commandsOf(server);
    expect(commands.get("evalsha")).toBeGreaterThan(5);
    const looking = ["keys", "scan", "sort", "flushall", "flushdb", "randomkey"];
    expect(looking.filter((name) => commands.has(name))).toEqual([]);
  });

  test(
    "less than one thing a second for each queue of a worker that has nothing to do",
    { timeout: 40_000 },
    async () => {
      await using server = await RedisServer.start();
      await using proxy = await FaultProxy.start(server.port);
      await using app = appOn(`redis://127.0.0.1:${proxy.port}`);
      const nothing = task("nothing", () => undefined);
      await app.worker({ tasks: [nothing], queues: { a: 5, b: 5, c: 5 } }).start();
      await (await app.client({ queue: "a" }).send(nothing)).result({ timeout: "10s" });
      // What follows a job comes soon after it.
      await sleep(2_000);
      const commands: string[] = [];
      proxy.rule = ([name = ""]) => void commands.push(name);
      await sleep(8_000);
      expect(commands.length).toBeLessThan(3 * 8);
    },
  );
});
