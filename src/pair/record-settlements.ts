import type { Backend, Broker, NewJob, SettleOutcome, Settlement, StoredJob } from "../contracts/index.ts";
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
  await sendFollowUps(broker, backend, settlements);

  const unheld = await loadById(
    backend,
    settlements.filter((settlement) => held.get(settlement) === undefined),
  );
  const updates = settlements.map((settlement) => {
    const lease = held.get(settlement) ?? leaseOf(settlement, unheld.get(settlement.id));
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

/** Sends the follow-ups of settlements that will be taken, by what the records say: those of a stale worker are not. */
async function sendFollowUps(broker: Broker, backend: Backend, settlements: readonly Settlement[]): Promise<void> {
  const leading = settlements.filter(({ follow }) => follow !== undefined && follow.length > 0);
  const records = await loadById(backend, leading);
  const jobs = leading
    .filter((settlement) => takes(records.get(settlement.id), settlement))
    .flatMap(({ follow }): readonly NewJob[] => follow ?? []);
  for (let start = 0; start < jobs.length; start += SEND_LIMIT) {
    await sendBoth(broker, backend, jobs.slice(start, start + SEND_LIMIT));
  }
}

function takes(record: StoredJob | undefined, settlement: Settlement): boolean {
  if (record === undefined) return true;
  // Final by this settlement: then its follow-ups were sent before.
  if (isFinal(record.state) && record.finishedAt !== undefined) return false;
  if (record.lease > settlement.lease) return false;
  return !record.cancelRequested || settlement.to === "cancelled";
}

/** A lease that this pair does not hold, put together from the record. */
function leaseOf(
  settlement: Settlement,
  record: StoredJob | undefined,
): Parameters<typeof settledRecord>[0] | undefined {
  if (record === undefined) return undefined;
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
