import { type JobState, JOB_STATES } from "../../core/state.ts";

/** States as the `state` column holds them. Waiting ones are below 5, final ones above 4: the partial indexes say so. */
export const STATE_NUMBERS: Readonly<Record<JobState, number>> = {
  scheduled: 0,
  blocked: 1,
  queued: 2,
  running: 3,
  retrying: 4,
  succeeded: 5,
  failed: 6,
  expired: 7,
  cancelled: 8,
};

/** Not a state of its own to a reader: a queued job of a task that the workers of its queue do not know. */
const PARKED = -1;

const NAMES: readonly JobState[] = JOB_STATES.toSorted((a, b) => STATE_NUMBERS[a] - STATE_NUMBERS[b]);

/** What a reader is shown: a job that is due, parked or expired reads so before anybody has touched its row. */
export function shownState(state: number, deadline: number | null, expireAt: number | null, now: number): JobState {
  const waiting = state !== STATE_NUMBERS.running && state < STATE_NUMBERS.succeeded;
  if (waiting && expireAt !== null && expireAt <= now) return "expired";
  if (state === PARKED) return "queued";
  const due =
    (state === STATE_NUMBERS.scheduled || state === STATE_NUMBERS.retrying) && deadline !== null && deadline <= now;
  return due ? "queued" : (NAMES[state] ?? "failed");
}

export function stateName(number: number): JobState {
  return NAMES[number] ?? "failed";
}
