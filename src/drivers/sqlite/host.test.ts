import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NewJob } from "../../contracts/index.ts";
import { stepsOf } from "../../internal/steps.ts";
import { Host } from "./host.ts";
import { openDatabase } from "./open-database.ts";
import { type JobGroup, type PackedReply, packJobs, packRequest } from "./packing.ts";
import type { Answer, Call } from "./protocol.ts";

const OPTIONS = { namespace: "test", durability: "normal", blockedLimitMs: 60_000 } as const;

let folder: string;
let host: Host;
let posted: (readonly Answer[])[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-host-"));
  posted = [];
  const options = { ...OPTIONS, path: join(folder, "jobs.db"), heartbeat: new SharedArrayBuffer(4) };
  host = new Host(openDatabase(options), options, ({ answers }) => {
    if (answers !== undefined && answers.length > 0) posted.push(answers);
  });
});

afterEach(() => {
  host.close();
  rmSync(folder, { recursive: true });
});

function jobs(count: number): NewJob[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `job-${at}`,
    task: "t",
    queue: "q",
    priority: 0,
    body: '{"args":[]}',
  }));
}

test("jobs are accepted before a look that came with them, and not after it", () => {
  const calls: Call[] = [
    { op: "count", below: Number.MAX_SAFE_INTEGER },
    { op: "enqueue", groups: packJobs(jobs(1)) },
    { op: "list", query: { limit: 10 } },
  ];
  host.handle([{ calls: calls.map((call, number) => [number, call] as const) }]);
  expect(posted.map((answers) => answers.map(([number, ok]) => [number, ok]))).toEqual([
    [[1, true]],
    [
      [0, true],
      [2, true],
    ],
  ]);
});

test("of a bulk that fails half-way nothing is left, and what came with it is accepted", () => {
  const bulk = jobs(60).map((job, at) => (at === 30 ? { ...job, body: new Uint8Array(1) as never } : job));
  const calls: Call[] = [
    { op: "enqueue", groups: packJobs(bulk) },
    { op: "enqueue", groups: packJobs([{ ...bulk[0]!, id: "neighbour" }]) },
    { op: "list", query: { limit: 100 } },
  ];
  host.handle([{ calls: calls.map((call, number) => [number, call] as const) }]);
  const [[refused, accepted], [listed]] = posted as [[Answer, Answer], [Answer]];
  expect([refused[1], accepted]).toEqual([false, [1, true, 1]]);
  expect((listed[2] as { jobs: { id: string }[] }).jobs.map(({ id }) => id)).toEqual(["neighbour"]);
});

test("a count goes through the jobs in parts, each of which holds up little", () => {
  host.handle([{ calls: [[0, { op: "enqueue", groups: packJobs(jobs(2_500)) }]] }]);
  const counted: number[] = [];
  for (let below: number | undefined = Number.MAX_SAFE_INTEGER; below !== undefined;) {
    host.handle([{ calls: [[1, { op: "count", below }]] }]);
    const part = posted.at(-1)?.[0]?.[2] as { counts: { count: number }[]; next?: number };
    counted.push(part.counts.reduce((sum, { count }) => sum + count, 0));
    below = part.next;
  }
  expect(counted).toEqual([1_000, 1_000, 500]);
});

test("changes of others set one timer while watched jobs may not be looked at yet, and none is left at the end", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const options = { ...OPTIONS, path: join(folder, "jobs.db"), heartbeat: new SharedArrayBuffer(4) };
    const [watcher, other] = [1, 2].map(() => new Host(openDatabase(options), options, () => undefined));
    const ids = Array.from({ length: 5_000 }, (_, at) => `job-${at}`);
    for (const chunk of stepsOf(ids, 1_000))
      other?.handle([{ calls: [[0, { op: "enqueue", groups: jobsOf(chunk) }]] }]);
    watcher?.handle([{ calls: [], watch: ids }]);
    // The first look takes so long that the next must wait; real time hardly passes here.
    for (let round = 0; round < 6; round += 1) {
      other?.handle([{ calls: [[0, { op: "enqueue", groups: jobsOf([`later-${round}`]) }]] }]);
      vi.advanceTimersByTime(500);
    }
    // One to look at others at leisure, one to come back to what is watched.
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
    watcher?.close();
    other?.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a short lease is renewed in time beside a long one that was there before", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  try {
    // Made by these clocks.
    const options = { ...OPTIONS, path: join(folder, "jobs.db"), heartbeat: new SharedArrayBuffer(4) };
    const [holder, other] = [1, 2].map(
      () =>
        new Host(openDatabase(options), options, ({ answers }) => {
          if (answers !== undefined) posted.push(answers);
        }),
    );
    const reserve = (from: Host | undefined, queue: string, leaseMs: number): number => {
      const reservation = { queues: [{ name: queue, limit: 1 }], tasks: ["t"], leaseMs, parkMs: 60_000 };
      const request = packRequest({ worker: "w", leaseMs, reserve: reservation });
      from?.handle([{ calls: [[0, { op: "exchange", request }]] }]);
      const reply = posted.at(-1)?.[0]?.[2] as PackedReply | undefined;
      return reply?.leases.rows ?? -1;
    };
    const pair = ["long", "short"].map((queue) => ({ id: queue, task: "t", queue, priority: 0, body: '{"args":[]}' }));
    host.handle([{ calls: [[0, { op: "enqueue", groups: packJobs(pair) }]] }]);
    expect(reserve(holder, "long", 60_000)).toBe(1);
    expect(reserve(holder, "short", 1_000)).toBe(1);
    vi.advanceTimersByTime(5_000);
    // Whoever reserves would take over what has lapsed.
    expect(reserve(other, "short", 1_000)).toBe(0);
    holder?.close();
    other?.close();
  } finally {
    vi.useRealTimers();
  }
});

function jobsOf(ids: readonly string[]): JobGroup[] {
  return packJobs(ids.map((id) => ({ id, task: "t", queue: "q", priority: 0, body: '{"args":[]}' })));
}
