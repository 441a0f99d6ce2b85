/**
 * The states of a job.
 *
 * `scheduled` waits for its time · `blocked` waits for other jobs of its workflow · `queued` · `running` ·
 * `retrying` waits for its next attempt · and four that are final and never change, except by an explicit replay.
 */
export type JobState =
  | "scheduled"
  | "blocked"
  | "queued"
  | "running"
  | "retrying"
  | "succeeded"
  | "failed"
  | "expired"
  | "cancelled";

/** All of them, in the order in which a job may go through them. */
export const JOB_STATES: readonly JobState[] = [
  "scheduled",
  "blocked",
  "queued",
  "running",
  "retrying",
  "succeeded",
  "failed",
  "expired",
  "cancelled",
];

export type FinalState = "succeeded" | "failed" | "expired" | "cancelled";

export function isFinal(state: JobState): state is FinalState {
  return state === "succeeded" || state === "failed" || state === "expired" || state === "cancelled";
}
