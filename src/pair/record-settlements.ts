import type { Backend, Broker, Lease, NewJob, SettleOutcome, Settlement, StoredJob } from "../contracts/index.ts";
import { isFinal } from "../core/state.ts";
import { acknowledgement, removal } from "./acknowledgement.ts";
import type { HeldLeases } from "./held-leases.ts";
import { settledRecord } from "./record-change.ts";
import { sendBoth } from "./send-both.ts";

/** Most jobs in one call of `enqueue`. */
const SEND_LIMIT = 1_000;

/** What the backend made of a settlement, and what the broker is still to be told. */
export interface Recorded {
  readonly outcome: SettleOutcome;
  readonly acknowledge?: Settlement;
}

/** Follow-ups, then records. Safe to repeat as a whole, wherever it failed. */
export async function recordSettlements(
  broker: Broker,
  backend: Backend,
  held: HeldLeases,
  settlements: readonly Settlement[],
  worker: string,
): Promise<Recorded[]> {
  const records = await loadById(
    backend,
    settlements.filter((settlement) => held.get(settlement) === undefined || leads(settlement)),
  );
  const leases = settlements.map((settlement) => held.get(settlement) ?? recordedLease(settlement, records));
  const leading = settlements.filter(
    (settlement, index) => leases[index] !== undefined && takes(records.get(settlement.id), settlement),
  );
  await sendFollowUps(broker, backend, leading);

  const updates = settlements.map((settlement, index) => {
    const lease = leases[index];
    return lease && settledRecord(lease, settlement, worker);
  });
  const known = updates.filter((update) => update !== undefined);
  const outcomes = (known.length === 0 ? [] : await backend.save(known)).values();
  const saved = updates.map((update) => (update === undefined ? "stale" : outcomes.next().value));

  const finals = await loadById(
    backend,
    settlements.filter((_, index) => saved[index] === "final"),
  );
  return settlements.map((settlement, index): Recorded => {
    switch (saved[index]) {
      case "saved":
        return { outcome: "applied", acknowledge: acknowledgement(settlement) };
      case "cancelled":
        return { outcome: "cancelled" };
      case "final":
        return alreadyFinal(settlement, finals.get(settlement.id));
      default:
        return { outcome: "stale" };
    }
  });
}

/** A record that is final: by this very settlement, whose acknowledgement was lost; by expiry alone; or by another. */
function alreadyFinal(settlement: Settlement, record: StoredJob | undefined): Recorded {
  if (record?.lease === settlement.lease && record.state === settlement.to) {
    return { outcome: "applied", acknowledge: removal(settlement) };
  }
  // Shown as expired, but settled by no one: the broker keeps the job for a worker that will.
  if (record?.state === "expired" && record.finishedAt === undefined) {
    return { outcome: "applied", acknowledge: acknowledgement(settlement) };
  }
  return { outcome: "stale", acknowledge: removal(settlement) };
}

async function sendFollowUps(broker: Broker, backend: Backend, settlements: readonly Settlement[]): Promise<void> {
  const jobs = settlements.flatMap(({ follow }): readonly NewJob[] => follow ?? []);
  for (let start = 0; start < jobs.length; start += SEND_LIMIT) {
    await sendBoth(broker, backend, jobs.slice(start, start + SEND_LIMIT));
  }
}

function leads({ follow }: Settlement): boolean {
  return follow !== undefined && follow.length > 0;
}

/** Whether a settlement will be taken, by what the record says: the follow-ups of a stale worker are not sent. */
function takes(record: StoredJob | undefined, settlement: Settlement): boolean {
  if (record === undefined) return true;
  // Final by this settlement: then its follow-ups were sent before.
  if (isFinal(record.state) && record.finishedAt !== undefined) return false;
  if (record.lease > settlement.lease) return false;
  return !record.cancelRequested || settlement.to === "cancelled";
}

/**
 * A lease that another pair gave, put together from the record that was begun for it. One that this pair gave and that
 * was settled is not held any more either: then the record does not say `running`, and the settlement is stale.
 */
function recordedLease(settlement: Settlement, records: ReadonlyMap<string, StoredJob>): Lease | undefined {
  const record = records.get(settlement.id);
  if (record?.state !== "running" || record.lease !== settlement.lease) return undefined;
  return {
    id: record.id,
    task: record.task,
    queue: record.queue,
    priority: record.priority,
    body: record.body,
    lease: settlement.lease,
    attempt: record.attempt + 1,
    crashes: record.crashes,
    createdAt: record.createdAt,
    reservedAt: record.startedAt ?? record.createdAt,
    ...(record.expireAt !== undefined && { expireAt: record.expireAt }),
  };
}

async function loadById(
  backend: Backend,
  refs: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, StoredJob>> {
  if (refs.length === 0) return new Map();
  const records = await backend.load(refs.map(({ id }) => id));
  return new Map(records.filter((record) => record !== undefined).map((record) => [record.id, record]));
}
