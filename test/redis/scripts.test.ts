import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { task } from "../../src/index.ts";
import { RedisServer, lacking } from "../servers/index.ts";
import { appOn } from "./apps.ts";

const JOBS = 2_000;

describe.skipIf(await lacking("redis"))("a server that forgets scripts", () => {
  test("fault 7: scripts that are flushed every 10 ms under load are loaded again, and nobody sees it", async () => {
    await using server = await RedisServer.start();
    await using app = appOn(server.url);
    const runs = new Map<number, number>();
    const count = task("count", (number: number) => {
      runs.set(number, (runs.get(number) ?? 0) + 1);
      return number;
    });
    const worker = app.worker({ tasks: [count], queues: { default: 50 } });
    const errors: unknown[] = [];
    worker.on("error", ({ error }) => errors.push(error));
    await worker.start();
    const stopped = new AbortController();
    const flushing = (async (): Promise<number> => {
      const connection = await server.connect();
      let times = 0;
      for (; !stopped.signal.aborted; times += 1) {
        await connection.command("SCRIPT", "FLUSH");
        await sleep(10);
      }
      connection.close();
      return times;
    })();
    const client = app.client();
    const handles = [];
    for (let at = 0; at < JOBS; at += 100) {
      const numbers = Array.from({ length: 100 }, (_, index) => at + index);
      handles.push(
        ...(await client.sendMany(
          count,
          numbers.slice(0, 50).map((each): [number] => [each]),
        )),
      );
      handles.push(...(await Promise.all(numbers.slice(50).map((each) => client.send(count, each)))));
    }
    const results = await Promise.all(handles.map((job) => job.result({ timeout: "30s" })));
    stopped.abort();
    expect(await flushing).toBeGreaterThan(10);
    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: JOBS }, (_, at) => at));
    expect([...runs.values()].every((times) => times === 1)).toBe(true);
    expect(errors).toEqual([]);
  });
});
