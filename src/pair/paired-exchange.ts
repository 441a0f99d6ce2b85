import type {
  Backend,
  Broker,
  ExchangeReply,
  ExchangeRequest,
  ExtendOutcome,
  Lease,
  LeaseRef,
  SettleOutcome,
  Settlement,
} from "../contracts/index.ts";
import { release } from "./acknowledgement.ts";
import { beginLeases } from "./begin-leases.ts";
import { consultRecords } from "./consult-records.ts";
import type { HeldLeases } from "./held-leases.ts";
import { recordSettlements } from "./record-settlements.ts";

/**
 * One exchange over two systems: follow-ups, records, acknowledgements with the reservation, records of what begins.
 * The caller repeats it as it was if any step fails.
 */
export async function pairedExchange(
  broker: Broker,
  backend: Backend,
  held: HeldLeases,
  request: ExchangeRequest,
): Promise<ExchangeReply> {
  const done = await held.claim(request.settle ?? []);
  try {
    return await exchangeClaimed(broker, backend, held, request);
  } finally {
    done();
  }
}

async function exchangeClaimed(
  broker: Broker,
  backend: Backend,
  held: HeldLeases,
  request: ExchangeRequest,
): Promise<ExchangeReply> {
  const { worker, leaseMs, settle = [], extend = [], reserve } = request;
  const outcomes = new Map<Settlement, SettleOutcome>();
  for (const settlement of settle) if (held.wasApplied(settlement)) outcomes.set(settlement, "applied");
  const open = settle.filter((settlement) => !outcomes.has(settlement));

  const recorded = open.length === 0 ? [] : await recordSettlements(broker, backend, held, open, worker);
  const settled = new Set(settle.map(({ id }) => id));
  const noted = extend.filter(({ id }) => !settled.has(id));
  const consulted = await consultRecords(backend, held, noted, worker);
  const advice = new Map(noted.map(({ id }, index) => [id, consulted[index]]));

  const acknowledge = recorded.flatMap((entry) => entry.acknowledge ?? []);
  const reply = await broker.exchange({
    worker,
    leaseMs,
    ...(acknowledge.length > 0 && { settle: acknowledge }),
    ...(extend.length > 0 && { extend: extend.map(({ id, lease }) => ({ id, lease })) }),
    // What is handed over would begin without its record.
    ...(reserve !== undefined && { reserve: { ...reserve, handOver: false } }),
  });

  const acknowledged = reply.settled.values();
  for (const [index, settlement] of open.entries()) {
    const entry = recorded[index];
    const answer = entry?.acknowledge === undefined ? undefined : acknowledged.next().value;
    outcomes.set(settlement, outcomeOf(settlement, entry?.outcome ?? "stale", answer));
  }
  const leases = await begin(broker, backend, reply.leases, worker).catch((error: unknown) => {
    for (const [settlement, outcome] of outcomes) if (outcome === "applied") held.remember(settlement);
    throw error;
  });

  const gone: LeaseRef[] = [];
  for (const [settlement, outcome] of outcomes) {
    held.forget(settlement);
    if (outcome !== "cancelled") held.drop(settlement);
    if (outcome === "stale") gone.push(settlement);
  }
  const extended = extend.map((extension, index) => {
    const outcome = merged(reply.extended[index], advice.get(extension.id));
    if (outcome === "lost") {
      held.drop(extension);
      gone.push(extension);
    }
    return outcome;
  });
  // The holder is told that these are not its own, so nobody would ever settle what the broker goes on keeping.
  if (gone.length > 0) broker.leaseKeeping?.abandon(gone);
  for (const lease of leases) held.add(lease);
  return {
    settled: settle.map((settlement) => outcomes.get(settlement) ?? "stale"),
    extended,
    leases,
    parked: reply.parked,
  };
}

/**
 * A final state counts once it is recorded, whoever has the job at the broker by now: that one is refused by the record.
 * One that waits again is where the broker says it is.
 */
function outcomeOf(settlement: Settlement, recorded: SettleOutcome, answer: SettleOutcome | undefined): SettleOutcome {
  const waits = settlement.to === "retrying" || settlement.to === "queued";
  return recorded === "applied" && waits && answer !== "applied" ? "stale" : recorded;
}

function merged(broker: ExtendOutcome | undefined, backend: ExtendOutcome | undefined): ExtendOutcome {
  if (broker === undefined || broker === "lost" || backend === "lost") return "lost";
  return backend === "cancel" ? "cancel" : broker;
}

async function begin(
  broker: Broker,
  backend: Backend,
  given: readonly Lease[],
  worker: string,
): Promise<readonly Lease[]> {
  if (given.length === 0) return given;
  const settle = async (settlements: readonly Settlement[]): Promise<void> => {
    // If the broker does not take it, the leases lapse, and what was refused now is refused again then.
    await broker
      .exchange({ worker, leaseMs: 0, settle: settlements })
      .catch(() => broker.leaseKeeping?.abandon(settlements));
  };
  let begun: Awaited<ReturnType<typeof beginLeases>>;
  try {
    begun = await beginLeases(backend, given, worker);
  } catch (error) {
    await settle(given.map(release));
    throw error;
  }
  if (begun.refused.length > 0) await settle(begun.refused);
  return begun.leases;
}
