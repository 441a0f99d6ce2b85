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

/** What `reserve.sql` returns. */
export type ReservedRow = Pick<
  Row,
  | "seq"
  | "id"
  | "task"
  | "state"
  | "priority"
  | "body"
  | "lease"
  | "attempt"
  | "crashes"
  | "created_at"
  | "expire_at"
  | "trail"
  | "cancelled"
  | "orphaned"
>;

export function storedJobOf(row: Row, now: number): StoredJob {
  const state = shownState(row.state, row.deadline, row.expire_at, now);
  const resultGone = state === "succeeded" && row.result_until !== null && row.result_until <= now;
  const waitsUntil = state === "scheduled" || state === "retrying" ? row.deadline : null;
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

export function leaseOf(row: ReservedRow, queue: string, now: number): Lease {
  const verdict =
    row.cancelled === 1
      ? "cancelled"
      : row.orphaned === 1
        ? "unknown-task"
        : row.expire_at !== null && row.expire_at <= now
          ? "expired"
          : undefined;
  return {
    id: row.id,
    task: row.task,
    queue,
    priority: row.priority,
    body: row.body,
    lease: row.lease,
    attempt: row.attempt + 1,
    crashes: row.crashes,
    createdAt: row.created_at,
    reservedAt: now,
    ...(row.trail === null ? {} : { trail: row.trail }),
    ...(row.expire_at === null ? {} : { expireAt: row.expire_at }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** Whether the row counts as leased. */
export function isRunning(state: number): boolean {
  return state === STATE_NUMBERS.running;
}
