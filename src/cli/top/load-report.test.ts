import { expect, test } from "vitest";
import type { JobRecord, WorkerInfo } from "../../index.ts";
import { loadReport } from "./load-report.ts";
import type { LoadSample } from "./load-sample.ts";

const job = (fields: Partial<JobRecord>): JobRecord => fields as JobRecord;
const sample = (fields: Partial<LoadSample>): LoadSample => ({
  at: 0,
  queues: [],
  running: [],
  succeeded: [],
  workers: undefined,
  ...fields,
});

test("rates are what was added between two samples, and what was purged is no work undone", () => {
  const before = sample({
    queues: [
      { queue: "web", counts: { succeeded: 100, failed: 1 } },
      { queue: "old", counts: { succeeded: 50 } },
    ],
  });
  const now = sample({
    at: 2_000,
    queues: [
      { queue: "web", counts: { succeeded: 140, failed: 2, queued: 3 } },
      { queue: "old", counts: { succeeded: 10 } },
      { queue: "new", counts: { succeeded: 4 } },
    ],
  });
  const rates = loadReport(before, now).queues.map((load) => [load.queue, load.donePerSecond, load.failedPerSecond]);
  expect(rates).toEqual([
    ["web", 20, 0.5],
    ["old", 0, 0],
    ["new", 2, 0],
  ]);
});

test("latencies are those of jobs that succeeded at once", () => {
  const jobs = Array.from({ length: 100 }, (_, at) =>
    job({ attempt: 1, createdAt: 0, startedAt: at, finishedAt: at + 10 }),
  );
  const retried = job({ attempt: 2, createdAt: 0, startedAt: 60_000, finishedAt: 60_010 });
  expect(loadReport(sample({}), sample({ succeeded: [...jobs, retried] })).latency).toEqual({
    jobs: 100,
    waited: { p50: 50, p99: 99 },
    ran: { p50: 10, p99: 10 },
  });
  expect(loadReport(sample({}), sample({ succeeded: [retried] })).latency).toBeUndefined();
});

test("workers are those that have a job or are alive, the busiest first", () => {
  const running = [
    job({ worker: "w1", task: "a", startedAt: 900 }),
    job({ worker: "w2", task: "b", startedAt: 500 }),
    job({ worker: "w2", task: "a", startedAt: 800 }),
  ];
  const workers = [
    { name: "w0", queues: { web: 4, mail: 1 } },
    { name: "w1", queues: { web: 4 } },
  ] as unknown as WorkerInfo[];
  expect(loadReport(sample({}), sample({ at: 1_000, running, workers })).workers).toEqual([
    { worker: "w2", running: 2, longestMs: 500, tasks: ["a", "b"] },
    { worker: "w1", slots: 4, running: 1, longestMs: 100, tasks: ["a"] },
    { worker: "w0", slots: 5, running: 0, longestMs: 0, tasks: [] },
  ]);
});
