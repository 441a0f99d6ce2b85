import type { RecordUpdate, SaveOutcome } from "../../contracts/index.ts";
import { isFinal } from "../../core/state.ts";
import type { JobLedger } from "./job-ledger.ts";

/** Changes the record of a job that another broker carries. */
export function saveRecord(ledger: JobLedger, update: RecordUpdate): SaveOutcome {
  const record = ledger.acceptMissing(update.job);
  const { state } = update;
  // Readers were told that the job has expired; a job may still end differently, but not run again.
  const ended = isFinal(record.state) || (!isFinal(state) && ledger.shown(record) === "expired");
  if (ended) return "final";
  if (record.lease > update.lease) return "stale";
  if (record.cancelRequested && state !== "cancelled") return "cancelled";
  const now = ledger.clock.now();
  if (state === "running" && (record.state !== "running" || record.lease !== update.lease)) record.startedAt = now;
  record.lease = update.lease;
  record.attempt = update.attempt;
  record.crashes = update.crashes;
  record.worker = update.worker;
  record.trail = update.trail ?? record.trail;
  record.notes = update.notes ?? record.notes;
  record.result = state === "succeeded" ? update.result : undefined;
  if (state === "succeeded") record.error = undefined;
  else if (state !== "running" && state !== "queued") record.error = update.error;
  ledger.unplace(record);
  if (isFinal(state)) {
    ledger.finish(record, state, update.keep);
    return "saved";
  }
  record.state = state;
  record.runAt = state === "retrying" ? now + (update.delayMs ?? 0) : undefined;
  if (state === "running") ledger.recount(record);
  else ledger.place(record);
  return "saved";
}
