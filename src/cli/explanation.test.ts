import { describe, expect, test } from "vitest";
import { JobRecord, type JobRecordFields } from "../index.ts";
import { type Circumstances, type LiveWorker, explanation } from "./explanation.ts";

const NOW = Date.UTC(2030, 0, 1, 12);
const W1: LiveWorker = { name: "w1", queues: { web: 4 }, tasks: ["fetch"] };

function job(fields: Partial<JobRecordFields> = {}): JobRecord {
  return new JobRecord({
    id: "a-1",
    task: "fetch",
    queue: "web",
    state: "queued",
    priority: 0,
    args: [],
    attempt: 0,
    attempts: [],
    crashes: 0,
    cancelRequested: false,
    createdAt: NOW - 60_000,
    log: [],
    resultGone: false,
    ...fields,
  });
}

/** `reason: text` of each. */
function said(fields: Partial<JobRecordFields>, around: Partial<Circumstances> = {}): string[] {
  const circumstances = { job: job(fields), now: NOW, counts: {}, paused: false, ahead: undefined, workers: [W1] };
  return explanation({ ...circumstances, ...around }).map(({ reason, text }) => `${reason}: ${text}`);
}

describe("explanation", () => {
  test.each<[what: string, fields: Partial<JobRecordFields>, around: Partial<Circumstances>, reasons: string[]]>([
    ["nothing in the way", {}, {}, ["next: nothing holds it back: a worker takes it next"]],
    ["a paused queue", {}, { paused: true }, ['paused: queue "web" is paused, for every worker']],
    ["no worker of the queue", { queue: "mail" }, {}, ['queue-unserved: no worker serves queue "mail"; 1 is alive']],
    ["no worker at all", {}, { workers: [] }, ['queue-unserved: no worker serves queue "web"; 0 are alive']],
    [
      "a task that none knows",
      { task: "fetsh" },
      {},
      ['task-unknown: no worker of queue "web" knows task "fetsh": w1 does not'],
    ],
    [
      "a task that none knows, beside jobs that run",
      { task: "fetsh" },
      { counts: { running: 2 } },
      ['task-unknown: no worker of queue "web" knows task "fetsh": w1 does not'],
    ],
    [
      "a paused queue whose last jobs still run",
      {},
      { paused: true, counts: { running: 1 } },
      ['paused: queue "web" is paused, for every worker'],
    ],
    [
      "others ahead, and all slots taken",
      {},
      { ahead: { count: 1_234, more: false }, counts: { running: 4 } },
      [
        'behind: it is behind 1,234 others in queue "web"',
        "busy: 4 jobs of its queue run now; it starts when a slot is free",
      ],
    ],
    [
      "very many others",
      {},
      { ahead: { count: 20_000, more: true } },
      ['behind: it is behind 20,000 or more others in queue "web"'],
    ],
    [
      "a store that does not know its workers",
      {},
      { workers: undefined },
      [
        'workers-unknown: no job of queue "web" runs now: no worker serves it, or none knows task "fetch"; this store does not tell which workers are alive',
      ],
    ],
    [
      "a time to come",
      { state: "scheduled", runAt: NOW + 7_200_000, expireAt: NOW + 86_400_000 },
      {},
      [
        "scheduled: it waits for its time: in 2 h, 2030-01-01T14:00:00.000Z",
        "expires: if it is not started by then, it expires in 1 d",
      ],
    ],
    [
      "a time that has passed",
      { state: "scheduled", runAt: NOW - 60_000 },
      { workers: [] },
      [
        "overdue: it waited for its time, which came 1 m ago: no worker has looked since",
        'queue-unserved: no worker serves queue "web"; 0 are alive',
      ],
    ],
    [
      "a retry",
      { state: "retrying", attempt: 2, runAt: NOW + 5_000, error: { name: "TypeError", message: "it broke" } },
      {},
      [
        "retrying: it waits for its next attempt, after attempt 2 failed (TypeError: it broke): in 5 s, 2030-01-01T12:00:05.000Z",
      ],
    ],
    [
      "a run",
      { state: "running", attempt: 1, worker: "w1", startedAt: NOW - 3_000, cancelRequested: true },
      {},
      [
        "running: it runs on w1, for 3 s, attempt 1",
        "cancel-requested: somebody asked to cancel it; its task has been told",
      ],
    ],
    [
      "a run on a worker that is gone",
      { state: "running", attempt: 1, worker: "w0", startedAt: NOW - 3_000, crashes: 1 },
      {},
      [
        "running: it runs on w0, for 3 s, attempt 1",
        "worker-gone: w0 gives no sign of life: another worker takes the job over when its lease ends",
        "crashed: its worker died, or lost its lease, once",
      ],
    ],
    [
      "an end",
      { state: "failed", finishedAt: NOW - 60_000, error: { name: "Error", message: "no" } },
      {},
      ["failed: it has ended: failed 1 m ago: Error: no"],
    ],
  ])("names %s", (_what, fields, around, reasons) => {
    expect(said(fields, around)).toEqual(reasons);
  });
});
