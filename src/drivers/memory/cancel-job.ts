import type { Keep } from "../../contracts/index.ts";
import { isFinal, type JobState } from "../../core/state.ts";
import type { JobLedger } from "./job-ledger.ts";

/** Cancels a job that waits, marks one that runs. Returns the state after it. */
export function cancelJob(ledger: JobLedger, id: string, keep: Keep): JobState | undefined {
  const record = ledger.find(id);
  if (record === undefined) return undefined;
  const state = ledger.shown(record);
  if (isFinal(state)) return state;
  record.cancelRequested = true;
  if (state === "running") return state;
  ledger.finish(record, "cancelled", keep);
  return "cancelled";
}
