import type { Lease, StoredJob } from "../../contracts/index.ts";
import { STATE_NUMBERS, shownState } from "./state-numbers.ts";

/** A row of the job table as SQLite gives it. */
export interface Row {
  readonly seq: number;
  readonly id: string;
  readonly queue: string;
  readonly task: string;
  readonly state: number;
  readonly priority: number;
  readonly deadline: number | null;
  readonly run_at: number | null;
  readonly created_at: number;
  readonly expire_at: number | null;
  readonly lease: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly cancelled: number;
  readonly orphaned: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly purge_at: number | null;
  readonly result_until: number | null;
  readonly worker: string | null;
  readonly body: string;
  readonly result: string | null;
  readonly error: string | null;
  readonly trail: string | null;
  readonly notes: string | null;
}

/** What `reserve.sql` returns, column by column. */
export type ReservedRow = readonly [
  seq: number,
  id: string,
  task: string,
  priority: number,
  body: string,
  lease: number,
  attempt: number,
  crashes: number,
  createdAt: number,
  expireAt: number | null,
  trail: string | null,
  cancelled: number,
  orphaned: number,
];

export function storedJobOf(row: Row, now: number): StoredJob {
  const state = shownState(row.state, row.deadline, row.expire_at, now);
  const resultGone = state === "succeeded" && row.result_until !== null && row.result_until <= now;
  const waitsUntil = state === "scheduled" || state === "retrying" ? row.run_at : null;
  return {
    id: row.id,
    task: row.task,
    queue: row.queue,
    state,
    priority: row.priority,
    body: row.body,
    lease: row.lease,
    attempt: row.attempt,
    crashes: row.crashes,
    cancelRequested: row.cancelled === 1,
    createdAt: row.created_at,
    ...(waitsUntil === null ? {} : { runAt: waitsUntil }),
    ...(row.expire_at === null ? {} : { expireAt: row.expire_at }),
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.worker === null ? {} : { worker: row.worker }),
    ...(row.result === null || resultGone ? {} : { result: row.result }),
    ...(resultGone ? { resultGone } : {}),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.trail === null ? {} : { trail: row.trail }),
    ...(row.notes === null ? {} : { notes: row.notes }),
  };
}

/** The lease on a job that was read, and is being given. */
export function leaseOf(row: ReservedRow, queue: string, now: number): Lease {
  const [, id, task, priority, body, lease, attempt, crashes, createdAt, expireAt, trail, cancelled, orphaned] = row;
  return {
    id,
    task,
    queue,
    priority,
    body,
    lease: lease + 1,
    attempt: attempt + 1,
    crashes,
    createdAt,
    reservedAt: now,
    trail: trail ?? undefined,
    expireAt: expireAt ?? undefined,
    verdict: verdictOf(expireAt, cancelled, orphaned, now),
  };
}

function verdictOf(expireAt: number | null, cancelled: number, orphaned: number, now: number): Lease["verdict"] {
  if (cancelled === 1) return "cancelled";
  if (orphaned === 1) return "unknown-task";
  return expireAt !== null && expireAt <= now ? "expired" : undefined;
}

/** Whether the row counts as leased. */
export function isRunning(state: number): boolean {
  return state === STATE_NUMBERS.running;
}
