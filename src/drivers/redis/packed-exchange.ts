import type {
  ExchangeReply,
  ExchangeRequest,
  ExtendOutcome,
  Keep,
  Lease,
  NewJob,
  SettleOutcome,
  Settlement,
} from "../../contracts/index.ts";
import { packJobs } from "./packed-jobs.ts";
import { HeadReader, leaseOf } from "./stored-record.ts";

/** Letters of states that a settlement leads to. */
export const STATE_LETTERS: Readonly<Record<Settlement["to"] | "running", string>> = {
  succeeded: "S",
  failed: "F",
  expired: "X",
  cancelled: "C",
  retrying: "y",
  queued: "q",
  running: "b",
};

/** Stands for "for ever". */
const FOREVER = -1;

/** Where the values are that go before those of an exchange: the mode, and the JSON itself. */
const TEXTS_FROM = 3;

interface PlainGroup {
  plain: number;
  readonly at: number;
  readonly keep: number;
  readonly keepValue: number;
}

/** What exchange.lua takes. */
export interface PackedExchange {
  readonly args: readonly string[];
  /** Which settlements are in which entry of its `settle`, by position. */
  readonly entries: readonly (readonly number[])[];
}

/** What is known of a request beside itself. */
export interface ExchangeContext {
  /** Names the holder of leases of one worker that live equally long. */
  readonly holder: (worker: string, leaseMs: number) => string;
  /** Numbers the reservations of a process, so that one that is carried out twice gives nothing the second time. */
  readonly turn: number;
  /** Whether a settlement may have been applied before. */
  readonly isRepeated: (settlement: Settlement) => boolean;
  readonly indexed: boolean;
  /** There are other partitions. */
  readonly posting: boolean;
  /** Takes apart follow-up jobs of this partition, and those of others. */
  readonly share: (follow: readonly NewJob[]) => Shared;
}

/** Jobs by partition. */
export interface Shared {
  readonly own: readonly NewJob[];
  readonly foreign: readonly { readonly partition: number; readonly jobs: readonly NewJob[] }[];
}

export function packExchange(
  request: ExchangeRequest,
  { holder, turn, isRepeated, indexed, share, posting }: ExchangeContext,
): PackedExchange {
  const texts: string[] = [];
  const text = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : texts.push(value) + TEXTS_FROM - 1;
  const settle: object[] = [];
  const entries: number[][] = [];
  let group: PlainGroup | undefined;
  const settlements = request.settle ?? [];
  for (let at = 0; at < settlements.length; at += 1) {
    const settlement = settlements[at] as Settlement;
    const { id, lease, to, keep, result } = settlement;
    const keepMs = forever(keep?.recordMs);
    const keepValueMs = forever(keep?.resultMs);
    const repeated = isRepeated(settlement);
    if (isPlain(settlement) && !repeated) {
      if (group?.keep !== keepMs || group.keepValue !== keepValueMs) {
        group = { plain: 0, at: texts.length + TEXTS_FROM, keep: keepMs, keepValue: keepValueMs };
        settle.push(group);
        entries.push([]);
      }
      group.plain += 1;
      entries.at(-1)?.push(at);
      texts.push(id, String(lease), result === undefined || keepValueMs === 0 ? "-" : `+${result}`);
      continue;
    }
    group = undefined;
    entries.push([at]);
    const { charged, delayMs, error, trail, notes, follow } = settlement;
    const own = {
      id,
      lease,
      to: STATE_LETTERS[to],
      charged,
      ...(repeated && { repeated }),
      delay: delayMs ?? 0,
      keep: keepMs,
      keepValue: keepValueMs,
      value: text(result),
      error: text(error),
      trail: text(trail),
      notes: text(notes),
    };
    if (follow === undefined || follow.length === 0) {
      settle.push(own);
      continue;
    }
    const shared = share(follow);
    const posts = shared.foreign.map(({ partition, jobs }) => ({
      partition,
      payload: text(JSON.stringify(packJobs(jobs, indexed))),
    }));
    settle.push({ ...own, posts, ...(shared.own.length > 0 && { follow: texts.length + TEXTS_FROM }) });
    if (shared.own.length > 0) texts.push(...packJobs(shared.own, indexed));
  }
  const extend = (request.extend ?? []).map(({ id, lease, notes }) => ({ id, lease, notes: text(notes) }));
  const { worker, leaseMs, reserve } = request;
  const header = {
    posting,
    settle,
    extend,
    leaseMs,
    ...(extend.length > 0 && { holder: holder(worker, leaseMs) }),
    ...(reserve !== undefined && { reserve: { ...reserve, worker, turn, holder: holder(worker, reserve.leaseMs) } }),
  };
  return { args: [JSON.stringify(header), ...texts], entries };
}

function forever(ms: Keep["recordMs"] | undefined): number {
  return ms ?? FOREVER;
}

/** What most jobs end with: nothing to say but a value. */
function isPlain({ to, charged, error, trail, notes, delayMs, follow }: Settlement): boolean {
  return (
    to === "succeeded" &&
    charged &&
    error === undefined &&
    trail === undefined &&
    notes === undefined &&
    delayMs === undefined &&
    follow === undefined
  );
}

const SETTLED: Readonly<Record<string, SettleOutcome>> = { a: "applied", s: "stale", c: "cancelled" };
const EXTENDED: Readonly<Record<string, ExtendOutcome>> = { k: "kept", l: "lost", c: "cancel" };

/** exchange.lua's reply: the time, settled, extended, parked, and a queue, ids, records and progress again and again. */
export type RawExchange = readonly [
  now: number,
  settled: readonly (readonly (string | null)[])[],
  extended: readonly string[],
  parked: readonly (readonly [queue: string, task: string, count: number])[],
  leases: readonly (string | readonly string[])[],
  posts: readonly number[],
  late: number,
];

export function readExchange(
  [now, settled, extended, parked, given]: RawExchange,
  request: ExchangeRequest,
  entries: PackedExchange["entries"],
): { readonly reply: ExchangeReply; readonly unreadable: readonly string[] } {
  const outcomes: SettleOutcome[] = (request.settle ?? []).map(() => "applied");
  for (const [entry, letters] of settled.entries()) {
    // Nothing is said where all were applied.
    for (const [at, letter] of letters.entries()) {
      const position = entries[entry]?.[at];
      if (position !== undefined && letter !== null) outcomes[position] = SETTLED[letter] ?? "stale";
    }
  }
  const leases: Lease[] = [];
  const unreadable: string[] = [];
  const heads = new HeadReader();
  for (let at = 0; at < given.length; at += 4) {
    const ids = given[at + 1] as readonly string[];
    const records = given[at + 2] as readonly string[];
    const past = given[at + 3] as readonly string[];
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as string;
      const head = heads.read(records[index] ?? "");
      if (head === undefined) unreadable.push(id);
      else leases.push(leaseOf(id, head, past[index] ?? "", now));
    }
  }
  const reply = {
    settled: outcomes,
    extended: extended.map((letter) => EXTENDED[letter] ?? "lost"),
    leases,
    parked: parked.map(([queue, task, count]) => ({ queue, task, count })),
  };
  return { reply, unreadable };
}
