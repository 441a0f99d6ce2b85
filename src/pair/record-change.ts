import type { Lease, RecordUpdate, Settlement } from "../contracts/index.ts";
import { carriedJob } from "./carried-job.ts";

/** What a settlement makes of the record. */
export function settledRecord(lease: Lease, settlement: Settlement, worker: string): RecordUpdate {
  const { to, charged, delayMs, result, error, trail, notes, keep } = settlement;
  return {
    id: lease.id,
    lease: lease.lease,
    job: carriedJob(lease),
    state: to,
    attempt: charged ? lease.attempt : lease.attempt - 1,
    crashes: lease.crashes,
    worker,
    ...(delayMs !== undefined && { delayMs }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(trail !== undefined && { trail }),
    ...(notes !== undefined && { notes }),
    ...(keep !== undefined && { keep }),
  };
}

/** What a lease under way makes of the record. */
export function runningRecord(lease: Lease, worker: string, notes?: string): RecordUpdate {
  return {
    id: lease.id,
    lease: lease.lease,
    job: carriedJob(lease),
    state: "running",
    attempt: lease.attempt - 1,
    crashes: lease.crashes,
    worker,
    ...(lease.trail !== undefined && { trail: lease.trail }),
    ...(notes !== undefined && { notes }),
  };
}
