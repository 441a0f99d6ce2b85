import type {
  ExchangeReply,
  ExchangeRequest,
  ExtendOutcome,
  Keep,
  Lease,
  LeaseRef,
  NewJob,
  Reservation,
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

/** What exchange.lua takes. */
export interface PackedExchange {
  readonly args: readonly string[];
  /** Which settlements are in which entry of its `settle`, by position. */
  readonly entries: readonly (readonly number[])[];
}

/** What is known of a request beside itself. */
export interface ExchangeContext {
  /** Names the holder of leases of one worker that live equally long; and of a lease that it may have already. */
  readonly holder: (worker: string, leaseMs: number) => string;
  readonly holderFor: (lease: LeaseRef, worker: string, leaseMs: number) => string;
  /** Numbers the reservations of a process, so that one that is carried out twice gives nothing the second time. */
  readonly turn: number;
  /** Whether a settlement may have been applied before. */
  readonly isRepeated: (settlement: Settlement) => boolean;
  readonly indexed: boolean;
  /** For how long the connection sleeps on the queues where there is not enough; 0 where it stays awake. */
  readonly sleepMs: number;
  /** As whom it sleeps; see lua/wake.lua. */
  readonly sleeper: string;
  /** Takes apart follow-up jobs of this partition, and those of others. */
  readonly share: (follow: readonly NewJob[]) => Shared;
}

/** Jobs by partition. */
export interface Shared {
  readonly own: readonly NewJob[];
  readonly foreign: readonly { readonly partition: number; readonly jobs: readonly NewJob[] }[];
}

export function packExchange(request: ExchangeRequest, context: ExchangeContext): PackedExchange {
  const { settle = [], extend = [], worker, leaseMs, reserve } = request;
  const args: string[] = [""];
  const entries: number[][] = [];
  for (let at = 0; at < settle.length;) {
    const first = settle[at] as Settlement;
    const entry = [at];
    at += 1;
    if (isPlain(first, context)) {
      while (at < settle.length && isLike(settle[at] as Settlement, first, context)) entry.push(at++);
      packPlain(args, settle, entry);
    } else packOne(args, first, context);
    entries.push(entry);
  }
  args[0] = String(entries.length);
  args.push(String(extend.length));
  if (extend.length > 0) args.push(String(leaseMs));
  for (const extension of extend) {
    const { id, lease, notes } = extension;
    const holder = context.holderFor(extension, worker, leaseMs);
    args.push(id, String(lease), notes === undefined ? "-" : `+${notes}`, holder);
  }
  args.push(String(reserve?.queues.length ?? 0));
  if (reserve !== undefined && reserve.queues.length > 0) packReservation(args, worker, reserve, context);
  return { args, entries };
}

function packPlain(args: string[], settle: readonly Settlement[], entry: readonly number[]): void {
  const { keep } = settle[entry[0] ?? 0] as Settlement;
  const keepValue = forever(keep?.resultMs);
  args.push("", String(entry.length), String(forever(keep?.recordMs)), String(keepValue));
  for (let index = 0; index < entry.length; index += 1) {
    const { id, lease, result } = settle[entry[index] as number] as Settlement;
    args.push(id, String(lease), result === undefined || keepValue === 0 ? "-" : `+${result}`);
  }
}

function packOne(args: string[], settlement: Settlement, { isRepeated, share, indexed }: ExchangeContext): void {
  const { id, lease, to, charged, delayMs, keep, result, error, trail, notes, follow = [] } = settlement;
  const texts: string[] = [];
  const text = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : texts.push(value) - 1;
  const { own, foreign } = share(follow);
  const packed = {
    id,
    lease,
    to: STATE_LETTERS[to],
    charged,
    ...(isRepeated(settlement) && { repeated: true }),
    delay: delayMs ?? 0,
    keep: forever(keep?.recordMs),
    keepValue: forever(keep?.resultMs),
    value: text(result),
    error: text(error),
    trail: text(trail),
    notes: text(notes),
    posts: foreign.map(({ partition, jobs }) => ({
      partition,
      payload: text(JSON.stringify(packJobs(jobs, indexed))),
    })),
    ...(own.length > 0 && { follow: texts.length }),
  };
  if (own.length > 0) texts.push(...packJobs(own, indexed));
  args.push(JSON.stringify(packed), String(texts.length), ...texts);
}

function packReservation(
  args: string[],
  worker: string,
  { queues, tasks, leaseMs, parkMs }: Reservation,
  { holder, turn, sleepMs, sleeper }: ExchangeContext,
): void {
  args.push(holder(worker, leaseMs), String(turn), worker, String(leaseMs), String(parkMs), String(sleepMs), sleeper);
  args.push(tasks.join(" "));
  for (const { name, limit } of queues) args.push(name, String(limit));
}

function forever(ms: Keep["recordMs"] | undefined): number {
  return ms ?? FOREVER;
}

/** What most jobs end with: nothing to say but a value. */
function isPlain(settlement: Settlement, { isRepeated }: ExchangeContext): boolean {
  const { to, charged, error, trail, notes, delayMs, follow } = settlement;
  const more = error ?? trail ?? notes ?? delayMs ?? follow;
  return to === "succeeded" && charged && more === undefined && !isRepeated(settlement);
}

/** The same, of one whose record is kept as long as that of `first`. */
function isLike(settlement: Settlement, first: Settlement, context: ExchangeContext): boolean {
  return (
    settlement.keep?.recordMs === first.keep?.recordMs &&
    settlement.keep?.resultMs === first.keep?.resultMs &&
    isPlain(settlement, context)
  );
}

const SETTLED: Readonly<Record<string, SettleOutcome>> = { a: "applied", s: "stale", c: "cancelled" };
const EXTENDED: Readonly<Record<string, ExtendOutcome>> = { k: "kept", l: "lost", c: "cancel" };

/** exchange.lua's reply; among it a queue, ids, records and progress again and again. */
export type RawExchange = readonly [
  now: number,
  settled: readonly (readonly (string | null)[])[],
  extended: readonly string[],
  parked: readonly (readonly [queue: string, task: string, count: number])[],
  leases: readonly (string | string[])[],
  posts: readonly number[],
  late: number,
  asleep: number | "",
];

/** Reads a reply, and empties its lists: see `unsent` in connection.ts. */
export function readExchange(
  [now, settled, extended, parked, given]: RawExchange,
  request: ExchangeRequest,
  entries: PackedExchange["entries"],
): { readonly reply: ExchangeReply; readonly unreadable: readonly string[] } {
  const outcomes: SettleOutcome[] = (request.settle ?? []).map(() => "applied");
  for (let entry = 0; entry < settled.length; entry += 1) {
    const letters = settled[entry] ?? [];
    // Nothing is said where all were applied.
    for (let at = 0; at < letters.length; at += 1) {
      const position = entries[entry]?.[at];
      const letter = letters[at];
      if (position !== undefined && typeof letter === "string") outcomes[position] = SETTLED[letter] ?? "stale";
    }
  }
  const leases: Lease[] = [];
  const unreadable: string[] = [];
  const heads = new HeadReader();
  for (let at = 0; at < given.length; at += 4) {
    const ids = given[at + 1] as string[];
    const records = given[at + 2] as string[];
    const past = given[at + 3] as string[];
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as string;
      const head = heads.read(records[index] ?? "");
      if (head === undefined) unreadable.push(id);
      else leases.push(leaseOf(id, head, past[index] ?? "", now));
    }
    for (const list of [ids, records, past]) list.length = 0;
  }
  const reply = {
    settled: outcomes,
    extended: extended.map((letter) => EXTENDED[letter] ?? "lost"),
    leases,
    parked: parked.map(([queue, task, count]) => ({ queue, task, count })),
  };
  return { reply, unreadable };
}
