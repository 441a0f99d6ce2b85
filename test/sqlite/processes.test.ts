import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Folder, appOn } from "./files.ts";
import { Program } from "./program.ts";

const PROCESSES = 16;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function summary(what: string, values: readonly number[]): void {
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(values, share).toFixed(1));
  process.stdout.write(`${what}: p50 ${p50} ms, p99 ${p99} ms, most ${most} ms of ${values.length}\n`);
}

test("a job that one process sends starts soon in another, and its result comes back soon", async () => {
  using folder = new Folder();
  const file = folder.file();
  await using worker = new Program("echo-worker", [file]);
  await worker.said(/^ready/);
  await using app = appOn(file);
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
  expect(percentile(pickUps, 0.99)).toBeLessThan(250);
  expect(percentile(results, 0.99)).toBeLessThan(250);
});

test("a running job in another process hears of its cancellation soon", async () => {
  using folder = new Folder();
  const file = folder.file();
  await using worker = new Program("echo-worker", [file]);
  await worker.said(/^ready/);
  await using app = appOn(file);
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
  "fault 20: sixteen processes at one file: no error reaches a caller, none waits long, nothing is lost or done twice",
  { timeout: 120_000 },
  async () => {
    using folder = new Folder();
    const file = folder.file();
    const hammers = Array.from({ length: PROCESSES }, (_, number) => new Program("hammer", [file, String(number)]));
    const codes = await Promise.all(hammers.map(({ ended }) => ended));
    expect({ codes, errors: hammers.map(({ error }) => error).join("") }).toEqual({
      codes: Array(PROCESSES).fill(0),
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
    await using app = appOn(file);
    const [queue] = await app.client().queues();
    expect(queue?.counts).toEqual({ queued: latencies.length - done.length, succeeded: done.length });
    using database = new DatabaseSync(file);
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  },
);
