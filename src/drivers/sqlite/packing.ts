import type {
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Keep,
  Lease,
  NewJob,
  SettleOutcome,
  Settlement,
} from "../../contracts/index.ts";

/*
 * How jobs cross between the threads. Cloning an object writes its keys with every copy, which costs more than the
 * database does; so what comes in hundreds goes as flat lists of plain values, and is taken apart on the other side.
 */

/** Consecutive jobs that differ in id and body only, as those of one bulk do. */
export interface JobGroup {
  readonly shared: Omit<NewJob, "id" | "body">;
  readonly ids: string[];
  readonly bodies: string[];
}

export function packJobs(jobs: readonly NewJob[]): JobGroup[] {
  const groups: JobGroup[] = [];
  let group: JobGroup | undefined;
  for (const job of jobs) {
    if (group === undefined || !sharesAll(group.shared, job)) {
      const { id: _id, body: _body, ...shared } = job;
      group = { shared, ids: [], bodies: [] };
      groups.push(group);
    }
    group.ids.push(job.id);
    group.bodies.push(job.body);
  }
  return groups;
}

function sharesAll(shared: JobGroup["shared"], job: NewJob): boolean {
  return (
    shared.task === job.task &&
    shared.queue === job.queue &&
    shared.priority === job.priority &&
    shared.delayMs === job.delayMs &&
    shared.runAt === job.runAt &&
    shared.expireAt === job.expireAt &&
    shared.expireAfterMs === job.expireAfterMs &&
    shared.lease === job.lease
  );
}

/** Outcomes of which almost always all are the same good one: then only their number crosses. */
export type PackedOutcomes<T> = number | readonly T[];

export function packOutcomes<T>(outcomes: readonly T[], good: T): PackedOutcomes<T> {
  return outcomes.every((outcome) => outcome === good) ? outcomes.length : outcomes;
}

export function unpackOutcomes<T>(packed: PackedOutcomes<T>, good: T): readonly T[] {
  return typeof packed === "number" ? Array.from({ length: packed }, () => good) : packed;
}

export type PackedEnqueue = PackedOutcomes<EnqueueOutcome>;

type Value = string | number | boolean | null | undefined;

export interface PackedRequest extends Omit<ExchangeRequest, "settle"> {
  /** `SETTLEMENT_FIELDS` values each. */
  readonly settlements: readonly Value[];
  /** Follow-up jobs, by the settlement's position. */
  readonly follow: readonly (readonly [position: number, jobs: readonly NewJob[]])[];
}

const SETTLEMENT_FIELDS = 11;
/** Stands for a settlement without `keep`, which no length of time does. */
const NO_KEEP = -1;

export function packRequest({ settle = [], ...request }: ExchangeRequest): PackedRequest {
  const settlements: Value[] = [];
  const follow: [number, readonly NewJob[]][] = [];
  for (const [position, one] of settle.entries()) {
    const { keep } = one;
    settlements.push(
      one.id,
      one.lease,
      one.to,
      one.charged,
      one.delayMs,
      one.result,
      one.error,
      one.trail,
      one.notes,
      keep === undefined ? NO_KEEP : keep.recordMs,
      keep === undefined ? NO_KEEP : keep.resultMs,
    );
    if (one.follow !== undefined) follow.push([position, one.follow]);
  }
  return { ...request, settlements, follow };
}

export function unpackRequest({ settlements, follow, ...request }: PackedRequest): ExchangeRequest {
  const follows = new Map(follow);
  const settle: Settlement[] = [];
  for (let at = 0; at < settlements.length; at += SETTLEMENT_FIELDS) {
    const recordMs = settlements[at + 9] as Keep["recordMs"];
    settle.push({
      id: settlements[at] as string,
      lease: settlements[at + 1] as number,
      to: settlements[at + 2] as Settlement["to"],
      charged: settlements[at + 3] as boolean,
      delayMs: settlements[at + 4] as number | undefined,
      result: settlements[at + 5] as string | undefined,
      error: settlements[at + 6] as string | undefined,
      trail: settlements[at + 7] as string | undefined,
      notes: settlements[at + 8] as string | undefined,
      keep: recordMs === NO_KEEP ? undefined : { recordMs, resultMs: settlements[at + 10] as Keep["resultMs"] },
      follow: follows.get(settle.length),
    });
  }
  return { ...request, settle };
}

export interface PackedReply extends Omit<ExchangeReply, "settled" | "leases"> {
  readonly settled: PackedOutcomes<SettleOutcome>;
  /** `LEASE_FIELDS` values each. */
  readonly leases: readonly Value[];
}

const LEASE_FIELDS = 13;

export function packReply({ settled, leases, ...reply }: ExchangeReply): PackedReply {
  const packed: Value[] = [];
  for (const one of leases) {
    packed.push(
      one.id,
      one.task,
      one.queue,
      one.priority,
      one.body,
      one.lease,
      one.attempt,
      one.crashes,
      one.createdAt,
      one.reservedAt,
      one.trail,
      one.expireAt,
      one.verdict,
    );
  }
  return { ...reply, settled: packOutcomes(settled, "applied"), leases: packed };
}

export function unpackReply({ settled, leases: packed, ...reply }: PackedReply): ExchangeReply {
  const leases: Lease[] = [];
  for (let at = 0; at < packed.length; at += LEASE_FIELDS) {
    leases.push({
      id: packed[at] as string,
      task: packed[at + 1] as string,
      queue: packed[at + 2] as string,
      priority: packed[at + 3] as number,
      body: packed[at + 4] as string,
      lease: packed[at + 5] as number,
      attempt: packed[at + 6] as number,
      crashes: packed[at + 7] as number,
      createdAt: packed[at + 8] as number,
      reservedAt: packed[at + 9] as number,
      trail: packed[at + 10] as string | undefined,
      expireAt: packed[at + 11] as number | undefined,
      verdict: packed[at + 12] as Lease["verdict"],
    });
  }
  return { ...reply, settled: unpackOutcomes(settled, "applied"), leases };
}
