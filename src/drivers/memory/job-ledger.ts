import type { Clock, EnqueueOutcome, Keep, NewJob, StoredJob, Timer, WatchedJob } from "../../contracts/index.ts";
import { type FinalState, isFinal, type JobState } from "../../core/state.ts";
import { BinaryHeap } from "../../internal/binary-heap.ts";
import { AcceptanceLog } from "./acceptance-log.ts";
import { JobCounts } from "./job-counts.ts";
import { type MemoryRecord, memoryRecord } from "./memory-record.ts";
import { PresenceBoard } from "./presence-board.ts";
import { QueueRoom } from "./queue-room.ts";
import { shownState } from "./shown-state.ts";
import { storedView } from "./stored-view.ts";
import { WatchBoard } from "./watch-board.ts";

const LONGEST_TIMER_MS = 0x7fffffff;

/**
 * All jobs of one location and namespace, and the moves that every operation is made of.
 *
 * A move is synchronous, so whatever is done between two awaits is one atomic step.
 */
export class JobLedger {
  readonly clock: Clock;
  readonly log: AcceptanceLog = new AcceptanceLog();
  readonly watches: WatchBoard;
  /** Queues from which nothing is reserved. */
  readonly paused: Set<string> = new Set();
  readonly presence: PresenceBoard;
  readonly #records = new Map<string, MemoryRecord>();
  readonly #rooms = new Map<string, QueueRoom>();
  readonly #counts = new JobCounts();
  readonly #dead = new Set<MemoryRecord>();
  /** Waiting jobs by expiry, finished ones by the end of their record and of their value. */
  readonly #expiries = new BinaryHeap<MemoryRecord>((a, b) => (a.expireAt ?? 0) < (b.expireAt ?? 0));
  readonly #recordEnds = new BinaryHeap<MemoryRecord>((a, b) => (a.recordUntil ?? 0) < (b.recordUntil ?? 0));
  readonly #resultEnds = new BinaryHeap<MemoryRecord>((a, b) => (a.resultUntil ?? 0) < (b.resultUntil ?? 0));
  /** Records whose retention is over, still to be purged. */
  readonly #over = new Set<MemoryRecord>();
  /** Jobs that another broker carries, by when they become due there. */
  readonly #elsewhere = new BinaryHeap<MemoryRecord>((a, b) => (a.runAt ?? 0) < (b.runAt ?? 0));
  #sequence = 0;
  #expiryTimer: Timer | undefined;
  #expiryTimerAt = Infinity;

  constructor(clock: Clock) {
    this.clock = clock;
    this.presence = new PresenceBoard(clock);
    this.watches = new WatchBoard(
      (id) => this.#watched(id),
      (id) => this.#needsNoWatch(id),
      () => this.#armExpiry(),
    );
  }

  /** The record, unless its retention is over. */
  find(id: string): MemoryRecord | undefined {
    const record = this.#records.get(id);
    if (record?.recordUntil !== undefined && record.recordUntil <= this.clock.now()) return undefined;
    return record;
  }

  view(id: string): StoredJob | undefined {
    const record = this.find(id);
    return record && storedView(record, this.clock.now());
  }

  shown(record: MemoryRecord): JobState {
    return shownState(record, this.clock.now());
  }

  room(queue: string): QueueRoom {
    let room = this.#rooms.get(queue);
    if (room === undefined) {
      room = new QueueRoom(this.clock);
      this.#rooms.set(queue, room);
    }
    return room;
  }

  /** Forgets a queue that nothing is in, so that names which were used once cost nothing. */
  leaveRoom(queue: string): void {
    if (this.#rooms.get(queue)?.idle === true) this.#rooms.delete(queue);
  }

  /** Accepts a job, unless there is one with its id. `carried`: it is also to be reserved here. */
  accept(job: NewJob, carried: boolean): EnqueueOutcome {
    if (this.find(job.id) !== undefined) return "exists";
    this.#accept(job, carried);
    return "accepted";
  }

  /** Makes the record of a job that another broker carries, for a save that found none. */
  acceptMissing(job: NewJob): MemoryRecord {
    return this.find(job.id) ?? this.#accept(job, false);
  }

  /** Puts a job where it waits: in its queue, or until its time. */
  place(record: MemoryRecord): void {
    if (record.expireAt !== undefined && record.expiry === undefined) {
      record.expiry = this.#expiries.push(record);
      this.#armExpiry();
    }
    if (record.carried) this.room(record.queue).put(record);
    else if (record.runAt !== undefined) record.place = this.#elsewhere.push(record);
    this.recount(record);
  }

  /** Takes a job from where it waits or is leased. */
  unplace(record: MemoryRecord): void {
    if (record.place !== undefined && record.carried) this.room(record.queue).remove(record);
    record.place?.leave();
    record.place = undefined;
    record.expiry?.leave();
    record.expiry = undefined;
  }

  /** Ends a job. Whoever watches it learns of it. */
  finish(record: MemoryRecord, state: FinalState, keep: Keep | undefined): void {
    this.unplace(record);
    const now = this.clock.now();
    record.state = state;
    record.runAt = undefined;
    record.finishedAt = now;
    if (state === "failed") {
      this.#dead.add(record);
    } else {
      record.recordUntil = end(now, keep?.recordMs);
      record.resultUntil = end(now, keep?.resultMs);
      if (record.recordUntil !== undefined) record.recordEnd = this.#recordEnds.push(record);
      if (state === "succeeded" && record.resultUntil !== undefined) record.resultEnd = this.#resultEnds.push(record);
    }
    this.recount(record);
    this.watches.report(record.id);
    if (record.recordUntil !== undefined && record.recordUntil <= now) this.forget(record);
    else if (record.resultUntil !== undefined && record.resultUntil <= now) this.#dropResult(record);
    this.leaveRoom(record.queue);
  }

  /** Makes a dead letter wait again. */
  revive(record: MemoryRecord): void {
    this.#dead.delete(record);
    record.state = "queued";
    record.shownExpired = false;
    record.attempt = 0;
    record.crashes = 0;
    record.cancelRequested = false;
    record.error = undefined;
    record.finishedAt = undefined;
    // A new run: what the old one had to meet is past.
    record.expireAt = undefined;
    this.place(record);
  }

  /** Dead letters, oldest death first. */
  dead(): Iterable<MemoryRecord> {
    return this.#dead;
  }

  /** Removes a record altogether. */
  forget(record: MemoryRecord): void {
    this.unplace(record);
    record.recordEnd?.leave();
    record.resultEnd?.leave();
    this.#dead.delete(record);
    this.#over.delete(record);
    this.log.remove(record);
    this.#counts.move(record, undefined);
    if (this.#records.get(record.id) === record) this.#records.delete(record.id);
  }

  /** Counts the record under the state it is shown in. */
  recount(record: MemoryRecord): void {
    this.#counts.move(record, this.shown(record));
  }

  counts(): ReturnType<JobCounts["read"]> {
    for (const room of this.#rooms.values()) for (const record of room.makeDue()) this.recount(record);
    this.#noticeDueElsewhere();
    this.noticeExpiries();
    this.#noticeEnds();
    return this.#counts.read();
  }

  /** Deletes up to `limit` records and values whose time is over. */
  purge(limit: number): number {
    this.#noticeEnds();
    let count = 0;
    for (const record of this.#over) {
      if (count >= limit) return count;
      this.forget(record);
      count += 1;
    }
    const now = this.clock.now();
    for (let record = this.#resultEnds.peek(); record !== undefined; record = this.#resultEnds.peek()) {
      if (count >= limit || (record.resultUntil ?? Infinity) > now) break;
      this.#dropResult(record);
      count += 1;
    }
    return count;
  }

  #accept(job: NewJob, carried: boolean): MemoryRecord {
    const old = this.#records.get(job.id);
    if (old !== undefined) this.forget(old);
    this.#sequence += 1;
    const record = memoryRecord(job, this.#sequence, this.clock.now(), carried);
    this.#records.set(record.id, record);
    this.log.append(record);
    this.place(record);
    return record;
  }

  #dropResult(record: MemoryRecord): void {
    record.resultEnd?.leave();
    record.resultEnd = undefined;
    record.result = undefined;
  }

  /** Stops counting records whose retention is over; a purge deletes them. */
  #noticeEnds(): void {
    const now = this.clock.now();
    for (let record = this.#recordEnds.peek(); record !== undefined; record = this.#recordEnds.peek()) {
      if ((record.recordUntil ?? Infinity) > now) break;
      record.recordEnd?.leave();
      this.#counts.move(record, undefined);
      this.#over.add(record);
    }
  }

  #noticeDueElsewhere(): void {
    const now = this.clock.now();
    for (let record = this.#elsewhere.peek(); record !== undefined; record = this.#elsewhere.peek()) {
      if ((record.runAt ?? Infinity) > now) break;
      record.place?.leave();
      record.place = undefined;
      this.recount(record);
    }
  }

  #watched(id: string): WatchedJob {
    const job = this.view(id);
    return job === undefined ? { id } : { id, job };
  }

  #needsNoWatch(id: string): boolean {
    const record = this.find(id);
    return record === undefined || isFinal(this.shown(record));
  }

  /** Sets the one timer that tells watchers of jobs which expire while they wait. */
  #armExpiry(): void {
    const next = this.watches.empty ? undefined : this.#expiries.peek()?.expireAt;
    if (next === undefined) {
      this.#expiryTimer?.cancel();
      this.#expiryTimer = undefined;
      return;
    }
    if (this.#expiryTimer !== undefined && this.#expiryTimerAt <= next) return;
    this.#expiryTimer?.cancel();
    this.#expiryTimerAt = next;
    const delayMs = Math.min(Math.max(Math.ceil(next - this.clock.now()), 0), LONGEST_TIMER_MS);
    this.#expiryTimer = this.clock.setTimer(delayMs, () => {
      this.#expiryTimer = undefined;
      this.noticeExpiries();
      this.#armExpiry();
    });
  }

  /** Notices waiting jobs that have expired. */
  noticeExpiries(): void {
    const now = this.clock.now();
    for (let record = this.#expiries.peek(); record !== undefined; record = this.#expiries.peek()) {
      if ((record.expireAt ?? Infinity) > now) break;
      record.expiry?.leave();
      record.expiry = undefined;
      record.shownExpired = true;
      this.recount(record);
      this.watches.report(record.id);
    }
  }
}

function end(now: number, keepMs: number | null | undefined): number | undefined {
  return keepMs === null || keepMs === undefined ? undefined : now + keepMs;
}
