import { isFinal, type JobState } from "../../core/state.ts";
import type { MemoryRecord } from "./memory-record.ts";

/** The state that readers see: as of `now`, whether or not anyone has acted on the time that passed. */
export function shownState(record: MemoryRecord, now: number): JobState {
  if (isFinal(record.state)) return record.state;
  if (record.shownExpired) return "expired";
  if (record.state === "running") return "running";
  if (record.expireAt !== undefined && record.expireAt <= now) return "expired";
  if (record.runAt !== undefined && record.runAt <= now) return "queued";
  return record.state;
}
