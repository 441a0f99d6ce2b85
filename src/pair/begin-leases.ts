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
  const asked = runnable
    .filter((lease) => outcomeOf.get(lease.id) === "final" || mayHaveTrail(lease))
    .map(({ id }) => id);
  const records = asked.length === 0 ? [] : await backend.load(asked);
  const trails = new Map(records.map((record) => [record?.id, record?.trail]));
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
    else leases.push(withTrail(lease, trails.get(lease.id)));
  }
  return { leases, refused };
}

/** Not the first lease of the job, and yet without a trail: a replay perhaps, which the broker knows nothing of. */
function mayHaveTrail(lease: Lease): boolean {
  return lease.lease > 1 && lease.trail === undefined;
}

function withTrail(lease: Lease, trail: string | undefined): Lease {
  return lease.trail === undefined && trail !== undefined ? { ...lease, trail } : lease;
}
