import type { NewJob } from "../../contracts/index.ts";
import type { JobState } from "../../core/state.ts";
import type { HeapEntry } from "../../internal/binary-heap.ts";

/** A job as the memory store holds it: one mutable object, which queues and deadlines point to. */
export interface MemoryRecord {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly body: string;
  /** Order of acceptance; a job that comes back to its queue comes back to this place. */
  readonly sequence: number;
  readonly createdAt: number;
  /** False: another broker carries the job, and this is only what is remembered of it. */
  readonly carried: boolean;

  state: JobState;
  /** Readers were shown `expired`, which is final, so they are shown nothing else until it is settled. */
  shownExpired: boolean;
  lease: number;
  attempt: number;
  crashes: number;
  cancelRequested: boolean;
  runAt: number | undefined;
  expireAt: number | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  worker: string | undefined;
  result: string | undefined;
  error: string | undefined;
  trail: string | undefined;
  notes: string | undefined;

  /** Life of the present lease, and when it lapses by the monotonic clock. */
  leaseMs: number;
  leaseUntil: number;
  /** When a parked job is given to anyone, by the monotonic clock. */
  parkUntil: number;
  /** When the record is gone for every reader, epoch milliseconds; `undefined`: never. */
  recordUntil: number | undefined;
  /** The same for the value alone. */
  resultUntil: number | undefined;

  /** Under which state it is counted; `undefined` once its retention is over. */
  counted: JobState | undefined;

  /** Where it waits or is leased. */
  place: HeapEntry<MemoryRecord> | undefined;
  parking: HeapEntry<MemoryRecord> | undefined;
  expiry: HeapEntry<MemoryRecord> | undefined;
  recordEnd: HeapEntry<MemoryRecord> | undefined;
  resultEnd: HeapEntry<MemoryRecord> | undefined;
}

/** Makes the record of a job accepted at `now`. */
export function memoryRecord(job: NewJob, sequence: number, now: number, carried: boolean): MemoryRecord {
  const runAt = job.delayMs === undefined ? job.runAt : now + job.delayMs;
  const waits = runAt !== undefined && runAt > now;
  return {
    id: job.id,
    task: job.task,
    queue: job.queue,
    priority: job.priority,
    body: job.body,
    sequence,
    createdAt: now,
    expireAt: job.expireAfterMs === undefined ? job.expireAt : now + job.expireAfterMs,
    carried,
    state: waits ? "scheduled" : "queued",
    shownExpired: false,
    lease: job.lease ?? 0,
    attempt: 0,
    crashes: 0,
    cancelRequested: false,
    runAt: waits ? runAt : undefined,
    startedAt: undefined,
    finishedAt: undefined,
    worker: undefined,
    result: undefined,
    error: undefined,
    trail: undefined,
    notes: undefined,
    leaseMs: 0,
    leaseUntil: 0,
    parkUntil: 0,
    recordUntil: undefined,
    resultUntil: undefined,
    counted: undefined,
    place: undefined,
    parking: undefined,
    expiry: undefined,
    recordEnd: undefined,
    resultEnd: undefined,
  };
}
