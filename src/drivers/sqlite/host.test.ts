import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Host } from "./host.ts";
import { openDatabase } from "./open-database.ts";
import { packJobs } from "./packing.ts";
import type { Answer, Call } from "./protocol.ts";

let folder: string;
let host: Host;
let posted: (readonly Answer[])[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-host-"));
  posted = [];
  const options = {
    path: join(folder, "jobs.db"),
    namespace: "test",
    durability: "full",
    heartbeat: new SharedArrayBuffer(4),
    blockedLimitMs: 60_000,
  } as const;
  host = new Host(openDatabase(options), options, ({ answers }) => {
    if (answers !== undefined && answers.length > 0) posted.push(answers);
  });
});

afterEach(() => {
  host.close();
  rmSync(folder, { recursive: true });
});

test("jobs are accepted before a look that came with them, and not after it", () => {
  const jobs = [{ id: "a", task: "t", queue: "q", priority: 0, body: '{"args":[]}' }];
  const calls: Call[] = [
    { op: "count", below: Number.MAX_SAFE_INTEGER },
    { op: "enqueue", groups: packJobs(jobs) },
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

test("a count goes through the jobs in parts, each of which holds up little", () => {
  const jobs = Array.from({ length: 2_500 }, (_, at) => ({
    id: `job-${at}`,
    task: "t",
    queue: "q",
    priority: 0,
    body: '{"args":[]}',
  }));
  host.handle([{ calls: [[0, { op: "enqueue", groups: packJobs(jobs) }]] }]);
  const counted: number[] = [];
  for (let below: number | undefined = Number.MAX_SAFE_INTEGER; below !== undefined;) {
    host.handle([{ calls: [[1, { op: "count", below }]] }]);
    const part = posted.at(-1)?.[0]?.[2] as { counts: { count: number }[]; next?: number };
    counted.push(part.counts.reduce((sum, { count }) => sum + count, 0));
    below = part.next;
  }
  expect(counted).toEqual([1_000, 1_000, 500]);
});
