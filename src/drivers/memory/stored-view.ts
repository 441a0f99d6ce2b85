import type { StoredJob } from "../../contracts/index.ts";
import type { MemoryRecord } from "./memory-record.ts";
import { shownState } from "./shown-state.ts";

/** The job as a reader is shown it at `now`. */
export function storedView(record: MemoryRecord, now: number): StoredJob {
  const state = shownState(record, now);
  const resultGone = state === "succeeded" && record.resultUntil !== undefined && record.resultUntil <= now;
  return {
    id: record.id,
    task: record.task,
    queue: record.queue,
    state,
    priority: record.priority,
    body: record.body,
    lease: record.lease,
    attempt: record.attempt,
    crashes: record.crashes,
    cancelRequested: record.cancelRequested,
    createdAt: record.createdAt,
    ...((state === "scheduled" || state === "retrying") && record.runAt !== undefined && { runAt: record.runAt }),
    ...(record.expireAt !== undefined && { expireAt: record.expireAt }),
    ...(record.startedAt !== undefined && { startedAt: record.startedAt }),
    ...(record.finishedAt !== undefined && { finishedAt: record.finishedAt }),
    ...(record.worker !== undefined && { worker: record.worker }),
    ...(record.result !== undefined && !resultGone && { result: record.result }),
    ...(resultGone && { resultGone: true }),
    ...(record.error !== undefined && { error: record.error }),
    ...(record.trail !== undefined && { trail: record.trail }),
    ...(record.notes !== undefined && { notes: record.notes }),
  };
}
