import type { Backend, Lease, Settlement } from "../contracts/index.ts";
import { release, removal } from "./acknowledgement.ts";
import { runningRecord } from "./record-change.ts";

/** Leases that may begin, and what the broker is to be told of the others. */
export interface Begun {
  readonly leases: readonly Lease[];
  readonly refused: readonly Settlement[];
}

/** Asks the backend to begin each lease; what is final, cancelled or a duplicate does not run. */
export async function beginLeases(backend: Backend, given: readonly Lease[], worker: string): Promise<Begun> {
  const runnable = given.filter(({ verdict }) => verdict === undefined);
  if (runnable.length === 0) return { leases: given, refused: [] };
  const outcomes = await backend.save(runnable.map((lease) => runningRecord(lease, worker)));
  const outcomeOf = new Map(runnable.map(({ id }, index) => [id, outcomes[index]]));
  const finals = runnable.filter(({ id }) => outcomeOf.get(id) === "final").map(({ id }) => id);
  const records = finals.length === 0 ? [] : await backend.load(finals);
  // By the backend's clock it has expired and no one has settled that; by the broker's it has not yet.
  const expired = new Set(
    records.flatMap((record) => (record?.state === "expired" && record.finishedAt === undefined ? [record.id] : [])),
  );
  const leases: Lease[] = [];
  const refused: Settlement[] = [];
  for (const lease of given) {
    const outcome = outcomeOf.get(lease.id);
    if (outcome === "cancelled") leases.push({ ...lease, verdict: "cancelled" });
    else if (expired.has(lease.id)) leases.push({ ...lease, verdict: "expired" });
    else if (outcome === "final") refused.push(removal(lease));
    // The lease may be lost already, and then this changes nothing. Or the broker lost its data and counts anew: each
    // release raises its token, until it is above the record's and the job runs.
    else if (outcome === "stale") refused.push(release(lease));
    else leases.push(lease);
  }
  return { leases, refused };
}
