import type { JobState } from "./state.ts";

/** The old systems whose number codes a record can carry. */
export type CodeScheme = "g_task" | "ytask";

/** g_task: 0 success, -1 failure, 1 pending, 2 retry, 3 started. It has no codes for expired and cancelled: failures. */
const G_TASK: Readonly<Record<JobState, number>> = {
  scheduled: 1,
  blocked: 1,
  queued: 1,
  running: 3,
  retrying: 2,
  succeeded: 0,
  failed: -1,
  expired: -1,
  cancelled: -1,
};

/** YTask: 0 sent, 1 first running, 2 waiting to retry, 3 running again, 4 success, 5 failure, 6 expired, 7 abort. */
const YTASK: Readonly<Record<JobState, number>> = {
  scheduled: 0,
  blocked: 0,
  queued: 0,
  running: 3,
  retrying: 2,
  succeeded: 4,
  failed: 5,
  expired: 6,
  cancelled: 7,
};

/** The number an old system would have for a job in this state, on its `attempt`th attempt. */
export function stateCode(scheme: CodeScheme, state: JobState, attempt: number): number {
  if (scheme === "g_task") return G_TASK[state];
  return state === "running" && attempt <= 1 ? 1 : YTASK[state];
}
