import type { SettleOutcome, Settlement } from "../../contracts/index.ts";
import type { JobLedger } from "./job-ledger.ts";

/** Settles one lease, whole or not at all. */
export function settleJob(ledger: JobLedger, settlement: Settlement): SettleOutcome {
  const record = ledger.find(settlement.id);
  if (record?.carried !== true || record.state !== "running" || record.lease !== settlement.lease) {
    return "stale";
  }
  const { to } = settlement;
  if (record.cancelRequested && to !== "cancelled") return "cancelled";
  if (settlement.charged) record.attempt += 1;
  record.trail = settlement.trail ?? record.trail;
  record.notes = settlement.notes ?? record.notes;
  record.result = to === "succeeded" ? settlement.result : undefined;
  if (to !== "queued") record.error = to === "succeeded" ? undefined : settlement.error;
  ledger.unplace(record);
  if (to === "retrying" || to === "queued") {
    record.state = to;
    record.runAt = to === "retrying" ? ledger.clock.now() + (settlement.delayMs ?? 0) : undefined;
    ledger.place(record);
  } else {
    ledger.finish(record, to, settlement.keep);
  }
  for (const job of settlement.follow ?? []) ledger.accept(job, true);
  return "applied";
}
