import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Logger, Millrace } from "../../src/index.ts";
import { PLACES } from "./places.ts";
import { Program } from "./program.ts";

const silent = (): void => {};
const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

const PROCESSES = 16;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function summary(what: string, values: readonly number[]): void {
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(values, share).toFixed(1));
  process.stdout.write(`${what}: p50 ${p50} ms, p99 ${p99} ms, most ${most} ms of ${values.length}\n`);
}

function started(name: string, ...args: readonly string[]): Program {
  return new Program(new URL(`./programs/${name}.ts`, import.meta.url), args);
}

describe.for(PLACES)("$name", (kind) => {
  test("a job that one process sends starts soon in another, and its result comes back soon", async () => {
    await using place = await kind.open();
    await using worker = started("echo-worker", place.store);
    await worker.said(/^ready/);
    await using app = new Millrace({ store: place.store, logger: SILENT });
    const client = app.client();
    // The first one opens this process's store.
    await (await client.send<number>("started-at")).result({ timeout: "10s" });
    const pickUps: number[] = [];
    const results: number[] = [];
    for (let at = 0; at < 200; at += 1) {
      const sentAt = performance.timeOrigin + performance.now();
      const job = await client.send<number>("started-at");
      pickUps.push((await job.result({ timeout: "10s" })) - sentAt);
      results.push(performance.timeOrigin + performance.now() - sentAt);
      await sleep(20);
    }
    summary("from send to start in another process", pickUps);
    summary("from send to result from another process", results);
    expect(Math.min(...pickUps)).toBeGreaterThan(0);
    // Half of them: who is not told looks every 500 ms, and a busy machine is late with a few in any case.
    expect(percentile(pickUps, 0.5)).toBeLessThan(100);
    expect(percentile(results, 0.5)).toBeLessThan(100);
  });

  test("a running job in another process hears of its cancellation soon", async () => {
    await using place = await kind.open();
    await using worker = started("echo-worker", place.store);
    await worker.said(/^ready/);
    await using app = new Millrace({ store: place.store, logger: SILENT });
    const client = app.client();
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      worker.lines.length = 0;
      const job = await client.send("patient");
      await worker.said(new RegExp(`^started ${job.id}`));
      const askedAt = performance.timeOrigin + performance.now();
      expect(await job.cancel()).toBe("running");
      delays.push(Number((await worker.said(/^aborted/)).split(" ")[1]) - askedAt);
      expect(await job.wait({ timeout: "5s" })).toMatchObject({ state: "cancelled" });
    }
    summary("from cancel to the signal in another process", delays);
    expect(Math.max(...delays)).toBeLessThan(500);
  });

  test(
    "fault 20: sixteen processes at one store: no error reaches a caller, none waits long, nothing is lost or done twice",
    { timeout: 120_000 },
    async () => {
      await using place = await kind.open();
      const hammers = Array.from({ length: PROCESSES }, (_, number) => started("hammer", place.store, String(number)));
      const ends = await Promise.all(hammers.map((hammer) => hammer.ended()));
      expect({ ends, errors: hammers.map(({ error }) => error).join("") }).toEqual({
        ends: hammers.map(() => ({ code: 0, signal: null })),
        errors: "",
      });
      const reports = hammers.map(
        ({ lines }) => JSON.parse(lines.at(-1) ?? "{}") as { latencies: number[]; done: string[] },
      );
      const latencies = reports.flatMap((report) => report.latencies);
      summary(`enqueue in one of ${PROCESSES} processes`, latencies);
      expect(percentile(latencies, 0.99)).toBeLessThan(1_000);
      const done = reports.flatMap((report) => report.done);
      expect(new Set(done).size).toBe(done.length);
      await using app = new Millrace({ store: place.store, logger: SILENT });
      const [queue] = await app.client().queues();
      expect(queue?.counts).toEqual({ queued: latencies.length - done.length, succeeded: done.length });
      expect(place.isIntact?.()).not.toBe(false);
    },
  );
});
