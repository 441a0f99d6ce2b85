import type { Lease, StoredJob } from "../../contracts/index.ts";
import { type JobState, isFinal } from "../../core/state.ts";

/** A job as it was sent: the first line of its record, and the body. */
export interface Head {
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly createdAt: number;
  /** Identifies the call that accepted it. */
  readonly base: number;
  /** Its place in the order of acceptance. */
  readonly sequence: number;
  readonly runAt: number | undefined;
  readonly expireAt: number | undefined;
  readonly lease: number;
  readonly body: string;
}

const HEAD = /^(\S+) (\S+) (\d) (\S+) (\d{1,15}) (\d{1,14}) (\d{1,14})\n/;

/** Reads a record; `undefined` where it is none. See lua/record.lua. */
export function readHead(record: string): Head | undefined {
  const match = HEAD.exec(record);
  if (match === null) return undefined;
  const [line, task = "", queue = "", priority, tags = "-", created, base, index] = match;
  const createdAt = Number(created);
  const tagged = tags === "-" ? NO_TAGS : tagsOf(tags);
  const after = (tag: string): number | undefined => {
    const ms = tagged.get(tag);
    return ms === undefined ? undefined : createdAt + ms;
  };
  return {
    task,
    queue,
    priority: Number(priority),
    createdAt,
    base: Number(base),
    sequence: Number(base) + Number(index),
    runAt: tagged.get("r") ?? after("d"),
    expireAt: tagged.get("e") ?? after("E"),
    lease: tagged.get("l") ?? 0,
    body: record.slice(line.length),
  };
}

const NO_TAGS: ReadonlyMap<string, number> = new Map();

function tagsOf(tags: string): ReadonlyMap<string, number> {
  return new Map(tags.split(",").map((tag) => [tag.slice(0, 1), Number(tag.slice(1))]));
}

/** Reads records of which many, sent in one call, begin alike: what they share is read once. */
export class HeadReader {
  #opening = "";
  #head: Head | undefined;

  read(record: string): Head | undefined {
    const head = this.#head;
    const shared = this.#opening.length;
    if (head !== undefined && record.startsWith(this.#opening)) {
      const end = record.indexOf("\n", shared);
      const index = Number(record.slice(shared, end));
      if (end > shared && end - shared < 6 && Number.isInteger(index)) {
        return { ...head, sequence: head.base + index, body: record.slice(end + 1) };
      }
    }
    const read = readHead(record);
    this.#head = read;
    this.#opening = read === undefined ? "" : record.slice(0, record.lastIndexOf(" ", record.indexOf("\n")) + 1);
    return read;
  }
}

/** What a job went through. */
interface Progress {
  readonly state: string;
  readonly lease: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly flags: string;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly keepMs: number | undefined;
  readonly keepValueMs: number | undefined;
  readonly runAt: number | undefined;
  readonly worker: string | undefined;
  readonly error: string | undefined;
  readonly trail: string | undefined;
  readonly notes: string | undefined;
  readonly value: string | undefined;
}

/** Reads what is stored of a job's progress; `undefined` where there is nothing, or nothing that can be read. */
function readProgress(stored: string | null): Progress | undefined {
  const end = stored?.indexOf("\n") ?? -1;
  if (stored === null || end < 0) return undefined;
  const fields = stored.slice(0, end).split(" ");
  if (fields.length !== 15) return undefined;
  const number = (at: number): number | undefined => (fields[at] === "-" ? undefined : Number(fields[at]));
  const texts = new Texts(stored.slice(end + 1));
  return {
    state: fields[0] ?? "",
    lease: number(1) ?? 0,
    attempt: number(2) ?? 0,
    crashes: number(3) ?? 0,
    flags: fields[4] ?? "-",
    startedAt: number(5),
    finishedAt: number(6),
    keepMs: number(7),
    keepValueMs: number(8),
    runAt: number(9),
    worker: texts.take(number(11)),
    error: texts.take(number(12)),
    trail: texts.take(number(13)),
    notes: texts.take(number(14)),
    value: texts.rest(),
  };
}

/** Texts one after the other, whose lengths are told in bytes. */
class Texts {
  readonly #text: string;
  readonly #bytes: Buffer | undefined;
  #from = 0;

  constructor(text: string) {
    this.#text = text;
    if (Buffer.byteLength(text) !== text.length) this.#bytes = Buffer.from(text);
  }

  take(bytes: number | undefined): string | undefined {
    if (bytes === undefined) return undefined;
    const from = this.#from;
    this.#from += bytes;
    return this.#slice(from, this.#from);
  }

  rest(): string | undefined {
    return this.#slice(this.#from, this.#from + 1) === "+" ? this.#slice(this.#from + 1, Infinity) : undefined;
  }

  #slice(from: number, to: number): string {
    return this.#bytes === undefined
      ? this.#text.slice(from, to)
      : this.#bytes.toString("utf8", from, Math.min(to, this.#bytes.length));
  }
}

/** A lease as it is stored. */
export interface Running {
  readonly lease: number;
  readonly cancelled: boolean;
  readonly attempt: number;
  readonly crashes: number;
  readonly reservedAt: number;
  readonly worker: string;
}

/** Reads what is stored of a lease; `undefined` where there is none. */
export function readRunning(stamp: string | null): Running | undefined {
  const match = stamp === null ? null : /^(\d+) [FR](.) (\d+) (\d+) (\d+) \S+ \S+ (.*)$/s.exec(stamp);
  if (match === null) return undefined;
  const [, lease, flag, attempt, crashes, reservedAt, worker = ""] = match;
  return {
    lease: Number(lease),
    cancelled: flag === "c",
    attempt: Number(attempt),
    crashes: Number(crashes),
    reservedAt: Number(reservedAt),
    worker,
  };
}

const STATES: Readonly<Record<string, JobState>> = {
  q: "queued",
  s: "scheduled",
  y: "retrying",
  b: "running",
  S: "succeeded",
  F: "failed",
  X: "expired",
  C: "cancelled",
  "-": "running",
};

/** The state that a letter stands for; `undefined` for none. */
export function stateOf(letter: string): JobState | undefined {
  return STATES[letter];
}

/** The job as a reader is shown it at `now`; `undefined` where there is none, or its retention is over. */
export function storedJob(
  id: string,
  record: string | null,
  past: string | null,
  stamp: string | null,
  now: number,
): StoredJob | undefined {
  const head = record === null ? undefined : readHead(record);
  if (head === undefined) return undefined;
  const progress = readProgress(past);
  const running = readRunning(stamp);
  const finishedAt = progress?.finishedAt;
  if (finishedAt !== undefined && progress?.keepMs !== undefined && finishedAt + progress.keepMs <= now)
    return undefined;
  const expireAt = progress?.flags.includes("x") === true ? undefined : head.expireAt;
  const runAt = progress === undefined ? head.runAt : progress.runAt;
  const state = shownState(progress, running, runAt, expireAt, now);
  const gone =
    state === "succeeded" &&
    finishedAt !== undefined &&
    progress?.keepValueMs !== undefined &&
    finishedAt + progress.keepValueMs <= now;
  const startedAt = running?.reservedAt ?? progress?.startedAt;
  const worker = running?.worker ?? progress?.worker;
  return {
    id,
    task: head.task,
    queue: head.queue,
    state,
    priority: head.priority,
    body: head.body,
    lease: running?.lease ?? progress?.lease ?? head.lease,
    attempt: running?.attempt ?? progress?.attempt ?? 0,
    crashes: running?.crashes ?? progress?.crashes ?? 0,
    cancelRequested: running?.cancelled ?? progress?.flags.includes("c") ?? false,
    createdAt: head.createdAt,
    ...((state === "scheduled" || state === "retrying") && runAt !== undefined && { runAt }),
    ...(expireAt !== undefined && { expireAt }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(worker !== undefined && { worker }),
    ...(progress?.value !== undefined && !gone && { result: progress.value }),
    ...(gone && { resultGone: true }),
    ...(progress?.error !== undefined && { error: progress.error }),
    ...(progress?.trail !== undefined && { trail: progress.trail }),
    ...(progress?.notes !== undefined && { notes: progress.notes }),
  };
}

function shownState(
  progress: Progress | undefined,
  running: Running | undefined,
  runAt: number | undefined,
  expireAt: number | undefined,
  now: number,
): JobState {
  const state = running === undefined ? (STATES[progress?.state ?? "s"] ?? "queued") : "running";
  if (state === "running" || isFinal(state)) return state;
  if (expireAt !== undefined && expireAt <= now) return "expired";
  return state !== "queued" && runAt !== undefined && runAt > now ? state : "queued";
}

/** The lease that was given at `now` on a job that was read before. */
export function leaseOf(id: string, head: Head, past: string, now: number): Lease {
  const progress = past === "" ? undefined : readProgress(past);
  const expireAt = progress?.flags.includes("x") === true ? undefined : head.expireAt;
  const flags = progress?.flags ?? "-";
  return {
    id,
    task: head.task,
    queue: head.queue,
    priority: head.priority,
    body: head.body,
    lease: (progress?.lease ?? head.lease) + 1,
    attempt: (progress?.attempt ?? 0) + 1,
    crashes: progress?.crashes ?? 0,
    createdAt: head.createdAt,
    reservedAt: now,
    trail: progress?.trail,
    expireAt,
    verdict: flags.includes("c")
      ? "cancelled"
      : flags.includes("o")
        ? "unknown-task"
        : expireAt !== undefined && expireAt <= now
          ? "expired"
          : undefined,
  };
}
