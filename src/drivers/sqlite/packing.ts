import type {
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Lease,
  NewJob,
  SettleOutcome,
  Settlement,
} from "../../contracts/index.ts";

/*
 * How jobs cross between the threads. Cloning an object writes its keys with every copy, which costs more than the
 * database does; so what comes in hundreds goes by columns of plain values, and is taken apart on the other side.
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

/** A list with gaps, and the same as JSON gives it back. */
export type Gapped<T> = readonly (T | null | undefined)[];

export function ungapped<T>(list: Gapped<T>): readonly (T | undefined)[] {
  return list.map((each) => each ?? undefined);
}

/** Outcomes of which almost always all are the same good one: then only their number crosses. */
export type PackedOutcomes<T> = number | readonly T[];

export function packOutcomes<T>(outcomes: readonly T[], good: T): PackedOutcomes<T> {
  return outcomes.every((outcome) => outcome === good) ? outcomes.length : outcomes;
}

export function unpackOutcomes<T>(packed: PackedOutcomes<T>, good: T): readonly T[] {
  return typeof packed === "number" ? Array<T>(packed).fill(good) : packed;
}

export type PackedEnqueue = PackedOutcomes<EnqueueOutcome>;

/** Null: there is none. JSON, as which all of this crosses, has no `undefined`. */
type Value = string | number | boolean | null;

/** One field of many rows: the value that all have, as most fields do, or one each. */
type Column = { readonly same: Value } | { readonly each: readonly Value[] };

interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

function packTable<T>(rows: readonly T[], fields: readonly ((row: T) => Value | undefined)[]): Table {
  const columns = fields.map((field): Column => {
    const each = rows.map((row) => field(row) ?? null);
    const [same = null] = each;
    return each.every((value) => value === same) ? { same } : { each };
  });
  return { rows: rows.length, columns };
}

function unpackTable<T>({ rows, columns }: Table, make: (value: (column: number) => Value | undefined) => T): T[] {
  const list: T[] = [];
  for (let row = 0; row < rows; row += 1) {
    list.push(
      make((at) => {
        const column = columns[at];
        if (column === undefined) return undefined;
        return ("each" in column ? column.each[row] : column.same) ?? undefined;
      }),
    );
  }
  return list;
}

export interface PackedRequest extends Omit<ExchangeRequest, "settle"> {
  readonly settlements: Table;
  /** Follow-up jobs, by the settlement's position. */
  readonly follow: readonly (readonly [position: number, jobs: readonly NewJob[]])[];
}

/** Stand for a settlement without `keep`, and for keeping for ever, which no length of time does. */
const NO_KEEP = -1;
const FOR_EVER = -2;

const SETTLEMENT_FIELDS: readonly ((settlement: Settlement) => Value | undefined)[] = [
  ({ id }) => id,
  ({ lease }) => lease,
  ({ to }) => to,
  ({ charged }) => charged,
  ({ delayMs }) => delayMs,
  ({ result }) => result,
  ({ error }) => error,
  ({ trail }) => trail,
  ({ notes }) => notes,
  ({ keep }) => (keep === undefined ? NO_KEEP : (keep.recordMs ?? FOR_EVER)),
  ({ keep }) => (keep === undefined ? NO_KEEP : (keep.resultMs ?? FOR_EVER)),
];

export function packRequest({ settle = [], ...request }: ExchangeRequest): PackedRequest {
  const follow: [number, readonly NewJob[]][] = [];
  for (const [position, settlement] of settle.entries()) {
    if (settlement.follow !== undefined) follow.push([position, settlement.follow]);
  }
  return { ...request, settlements: packTable(settle, SETTLEMENT_FIELDS), follow };
}

export function unpackRequest({ settlements, follow, ...request }: PackedRequest): ExchangeRequest {
  const settle = unpackTable(settlements, (value): Settlement => {
    const recordMs = value(9) as number;
    return {
      id: value(0) as string,
      lease: value(1) as number,
      to: value(2) as Settlement["to"],
      charged: value(3) as boolean,
      delayMs: value(4) as number | undefined,
      result: value(5) as string | undefined,
      error: value(6) as string | undefined,
      trail: value(7) as string | undefined,
      notes: value(8) as string | undefined,
      keep:
        recordMs === NO_KEEP ? undefined : { recordMs: lengthOf(recordMs), resultMs: lengthOf(value(10) as number) },
    };
  });
  for (const [position, jobs] of follow) {
    const settlement = settle[position];
    if (settlement !== undefined) settle[position] = { ...settlement, follow: jobs };
  }
  return { ...request, settle };
}

function lengthOf(ms: number): number | null {
  return ms === FOR_EVER ? null : ms;
}

export interface PackedReply extends Omit<ExchangeReply, "settled" | "leases"> {
  readonly settled: PackedOutcomes<SettleOutcome>;
  readonly leases: Table;
}

const LEASE_FIELDS: readonly ((lease: Lease) => Value | undefined)[] = [
  ({ id }) => id,
  ({ task }) => task,
  ({ queue }) => queue,
  ({ priority }) => priority,
  ({ body }) => body,
  ({ lease }) => lease,
  ({ attempt }) => attempt,
  ({ crashes }) => crashes,
  ({ createdAt }) => createdAt,
  ({ reservedAt }) => reservedAt,
  ({ trail }) => trail,
  ({ expireAt }) => expireAt,
  ({ verdict }) => verdict,
];

export function packReply({ settled, leases, ...reply }: ExchangeReply): PackedReply {
  return { ...reply, settled: packOutcomes(settled, "applied"), leases: packTable(leases, LEASE_FIELDS) };
}

export function unpackReply({ settled, leases, ...reply }: PackedReply): ExchangeReply {
  return {
    ...reply,
    settled: unpackOutcomes(settled, "applied"),
    leases: unpackTable(leases, (value): Lease => ({
      id: value(0) as string,
      task: value(1) as string,
      queue: value(2) as string,
      priority: value(3) as number,
      body: value(4) as string,
      lease: value(5) as number,
      attempt: value(6) as number,
      crashes: value(7) as number,
      createdAt: value(8) as number,
      reservedAt: value(9) as number,
      trail: value(10) as string | undefined,
      expireAt: value(11) as number | undefined,
      verdict: value(12) as Lease["verdict"],
    })),
  };
}
