import type { DatabaseSync } from "node:sqlite";
import type {
  EnqueueOutcome,
  ExchangeReply,
  ExchangeRequest,
  Extension,
  ExtendOutcome,
  Keep,
  Lease,
  NewJob,
  Reservation,
  SettleOutcome,
  Settlement,
  StoredJob,
} from "../../contracts/index.ts";
import { type JobState, isFinal } from "../../core/state.ts";
import type { Effects } from "./effects.ts";
import { Inserts } from "./inserts.ts";
import { type JobGroup, packJobs } from "./packing.ts";
import { PausedQueues } from "./paused-queues.ts";
import { type ReservedRow, type Row, isRunning, leaseOf, storedJobOf } from "./row.ts";
import { STATE_NUMBERS, shownState } from "./state-numbers.ts";
import { type Statements, prepareStatements } from "./statements.ts";

/** Waiting jobs made due, and parked ones given back, per exchange: bounds its length when many are due at once. */
const PROMOTED_AT_ONCE = 1_000;
/** Rounds of reserving in one exchange while all that comes is parked. */
const PARKING_ROUNDS = 10;

/** How many leased jobs' places in the table are remembered. */
const PLACES_KEPT = 20_000;

type ParkedCounts = Map<string, { queue: string; task: string; count: number }>;

interface Holder {
  readonly state: number;
  readonly lease: number;
  readonly cancelled: number;
}

/**
 * The store's operations on one connection, synchronous. Each writes within the transaction that its caller opened, and
 * tells in `effects` what others may wait for.
 */
export class Engine {
  readonly paused: PausedQueues;
  readonly #sql: Statements;
  /** Where in the table the jobs leased through here are, by id. */
  readonly #seqs = new Map<string, number>();
  readonly #inserts: Inserts;
  readonly #now: () => number;

  constructor(database: DatabaseSync, namespace: string, now: () => number = Date.now) {
    this.#sql = prepareStatements(database, namespace);
    this.paused = new PausedQueues(this.#sql);
    this.#inserts = new Inserts(database, namespace, this.#sql);
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  enqueue(jobs: readonly NewJob[], effects: Effects): EnqueueOutcome[] {
    return this.enqueueGroups(packJobs(jobs), effects);
  }

  enqueueGroups(groups: readonly JobGroup[], effects: Effects): EnqueueOutcome[] {
    const now = this.#now();
    return groups.flatMap((group) => this.#inserts.insert(group, now, effects));
  }

  exchange(request: ExchangeRequest, effects: Effects): ExchangeReply {
    const now = this.#now();
    const settled = (request.settle ?? []).map((settlement) => this.#settle(settlement, now, effects));
    const extended = (request.extend ?? []).map((extension) => this.extend(extension, now + request.leaseMs));
    const parked: ParkedCounts = new Map();
    const leases =
      request.reserve === undefined ? [] : this.#reserve(request.worker, request.reserve, now, parked, effects);
    return { settled, extended, leases, parked: [...parked.values()] };
  }

  extend({ id, lease, notes }: Extension, deadline: number): ExtendOutcome {
    const held = this.#sql.extend.get(id, lease, deadline, notes ?? null);
    if (held === undefined) return "lost";
    return held["cancelled"] === 1 ? "cancel" : "kept";
  }

  /** Makes due what is due now; the queues it touched are in `effects`. */
  promote(effects: Effects): number {
    const rows = this.#sql.promote.all(this.#now(), PROMOTED_AT_ONCE);
    for (const row of rows) effects.ready.add(String(row["queue"]));
    return rows.length;
  }

  /** Queues in which something is due. */
  dueQueues(): Set<string> {
    const rows = this.#sql["due-queues"].all(this.#now(), PROMOTED_AT_ONCE);
    return new Set(rows.map((row) => String(row["queue"])));
  }

  nextDeadline(): number | undefined {
    const row = this.#sql["next-deadline"].get();
    return row === undefined ? undefined : Number(row["deadline"]);
  }

  /** Whether a reservation would find something now. */
  isAvailable(queues: readonly string[], tasksJson: string): boolean {
    const deadline = this.nextDeadline();
    if (deadline !== undefined && deadline <= this.#now()) return true;
    return queues.some(
      (queue) =>
        (this.#sql.available.get(queue) !== undefined ||
          this.#sql["parked-known"].get(queue, tasksJson) !== undefined) &&
        !this.paused.has(queue),
    );
  }

  load(ids: readonly string[]): (StoredJob | undefined)[] {
    const now = this.#now();
    return ids.map((id) => {
      const row = this.#sql.load.get(id, now) as Row | undefined;
      return row === undefined ? undefined : storedJobOf(row, now);
    });
  }

  /** Leases whose jobs somebody wants cancelled. */
  cancelling(): { id: string; lease: number }[] {
    return this.#sql.cancelling.all() as unknown as { id: string; lease: number }[];
  }

  requestCancel(ids: readonly string[], keep: Keep, effects: Effects): (JobState | undefined)[] {
    const now = this.#now();
    return ids.map((id) => this.#cancel(id, keep, now, effects));
  }

  purge(limit: number): number {
    const now = this.#now();
    const deleted = Number(this.#sql.purge.run(now, limit).changes);
    const cleared = deleted >= limit ? 0 : Number(this.#sql["clear-results"].run(now, limit - deleted).changes);
    return deleted + cleared;
  }

  replay(ids: readonly string[], effects: Effects): (StoredJob | undefined)[] {
    return ids.map((id) => {
      if (this.#sql.replay.run(id).changes === 0) return undefined;
      const [job] = this.load([id]);
      if (job !== undefined) effects.ready.add(job.queue);
      return job;
    });
  }

  removeDead(ids: readonly string[] | undefined, limit: number): number {
    if (ids === undefined) return Number(this.#sql["remove-all-dead"].run(limit).changes);
    return ids.reduce((count, id) => count + Number(this.#sql["remove-dead"].run(id).changes), 0);
  }

  #settle(settlement: Settlement, now: number, effects: Effects): SettleOutcome {
    const { id, lease, to, keep } = settlement;
    const state = STATE_NUMBERS[to];
    const final = isFinal(to);
    const dropped = final && to !== "failed" && keep?.recordMs === 0;
    const { changes } = dropped
      ? this.#sql["settle-drop"].run(id, lease, state)
      : this.#update(settlement, state, lifeOf(to, keep, settlement.delayMs, now), final ? now : null);
    if (changes === 0) return this.#refusal(id, lease);
    if (final) effects.finished.push(id);
    if (to === "retrying") effects.deadlines = true;
    if (to === "queued") effects.ready.add("*");
    if (settlement.follow !== undefined) this.enqueue(settlement.follow, effects);
    return "applied";
  }

  #update(settlement: Settlement, state: number, life: Life, finishedAt: number | null): Changes {
    const seq = this.#seqs.get(settlement.id);
    this.#seqs.delete(settlement.id);
    if (seq !== undefined && isPlainSuccess(settlement)) return this.#succeed(settlement, seq, life, finishedAt);
    const values = [
      settlement.id,
      settlement.lease,
      state,
      settlement.charged ? 1 : 0,
      life.deadline,
      finishedAt,
      life.purgeAt,
      life.resultUntil,
      settlement.keep?.resultMs === 0 ? null : (settlement.result ?? null),
      settlement.error ?? null,
      settlement.trail ?? null,
      settlement.notes ?? null,
    ] as const;
    return seq === undefined ? this.#sql.settle.run(...values) : this.#sql["settle-row"].run(...values, seq);
  }

  #succeed({ id, lease, result, keep }: Settlement, seq: number, life: Life, now: number | null): Changes {
    const { deadline, purgeAt, resultUntil } = life;
    const value = keep?.resultMs === 0 ? null : (result ?? null);
    return this.#sql["succeed-row"].run(seq, id, lease, deadline, now, purgeAt, resultUntil, value);
  }

  #refusal(id: string, lease: number): SettleOutcome {
    const holder = this.#sql.holder.get(id) as Holder | undefined;
    const held = holder !== undefined && isRunning(holder.state) && holder.lease === lease;
    return held && holder.cancelled === 1 ? "cancelled" : "stale";
  }

  #reserve(worker: string, reservation: Reservation, now: number, parked: ParkedCounts, effects: Effects): Lease[] {
    const deadline = this.nextDeadline();
    if (deadline !== undefined && deadline <= now) this.promote(effects);
    const known = new Set(reservation.tasks);
    const leases: Lease[] = [];
    for (const { name: queue, limit } of reservation.queues) {
      if (this.paused.has(queue)) continue;
      this.#unpark(queue, reservation.tasks);
      let missing = limit;
      for (let round = 0; missing > 0 && round < PARKING_ROUNDS; round += 1) {
        const rows = this.#sql.reserve.all(queue, missing) as unknown as ReservedRow[];
        const [taken, strange] = split(rows, known);
        this.#give(taken, worker, now, reservation.leaseMs);
        for (const row of taken) leases.push(leaseOf(row, queue, now));
        if (strange.length === 0) break;
        this.#sql.park.run(seqsOf(strange), now + reservation.parkMs);
        for (const row of strange) count(parked, queue, row[2]);
        missing -= taken.length;
      }
    }
    return leases;
  }

  #unpark(queue: string, tasks: readonly string[]): void {
    if (this.#sql.parked.get(queue) !== undefined) this.#sql.unpark.run(queue, JSON.stringify(tasks), PROMOTED_AT_ONCE);
  }

  #give(rows: readonly ReservedRow[], worker: string, now: number, leaseMs: number): void {
    if (rows.length === 0) return;
    this.#sql.lease.run(seqsOf(rows), worker, now, now + leaseMs);
    // Only a short cut: whoever is forgotten is found by id.
    if (this.#seqs.size > PLACES_KEPT) this.#seqs.clear();
    for (const [seq, id] of rows) this.#seqs.set(id, seq);
  }

  #cancel(id: string, keep: Keep, now: number, effects: Effects): JobState | undefined {
    const row = this.#sql.load.get(id, now) as Row | undefined;
    if (row === undefined) return undefined;
    if (isRunning(row.state)) {
      this.#sql["cancel-running"].run(id);
      effects.cancelling.push(id);
      return "running";
    }
    const shown = shownState(row.state, row.deadline, row.expire_at, now);
    if (isFinal(shown)) return shown;
    const { deadline, purgeAt } = lifeOf("cancelled", keep, undefined, now);
    if (keep.recordMs === 0) this.#sql.drop.run(id);
    else this.#sql["cancel-waiting"].run(id, now, deadline, purgeAt);
    effects.finished.push(id);
    return "cancelled";
  }
}

type Changes = { readonly changes: number | bigint };

/** What most jobs end with: nothing to say but a value. */
function isPlainSuccess({ to, charged, error, trail, notes }: Settlement): boolean {
  return to === "succeeded" && charged && error === undefined && trail === undefined && notes === undefined;
}

interface Life {
  readonly deadline: number | null;
  readonly purgeAt: number | null;
  readonly resultUntil: number | null;
}

/** When the store must come back to a settled row, and what is over then. */
export function lifeOf(to: JobState, keep: Keep | undefined, delayMs: number | undefined, now: number): Life {
  if (to === "retrying") return { deadline: now + (delayMs ?? 0), purgeAt: null, resultUntil: null };
  // A dead letter stays until it is removed, whatever the retention.
  if (!isFinal(to) || to === "failed" || keep === undefined)
    return { deadline: null, purgeAt: null, resultUntil: null };
  const purgeAt = keep.recordMs === null ? null : now + keep.recordMs;
  const resultUntil = keep.resultMs === null || to !== "succeeded" ? null : now + keep.resultMs;
  const deadline = purgeAt === null ? resultUntil : resultUntil === null ? purgeAt : Math.min(purgeAt, resultUntil);
  return { deadline, purgeAt, resultUntil };
}

/** Jobs that may be handed out, and those of tasks that are not known. */
function split(
  rows: readonly ReservedRow[],
  known: ReadonlySet<string>,
): [taken: readonly ReservedRow[], strange: readonly ReservedRow[]] {
  const mayGo = ([, , task, , , , , , , , , , orphaned]: ReservedRow): boolean => orphaned === 1 || known.has(task);
  if (rows.every(mayGo)) return [rows, []];
  return [rows.filter(mayGo), rows.filter((row) => !mayGo(row))];
}

function seqsOf(rows: readonly ReservedRow[]): string {
  return JSON.stringify(rows.map(([seq]) => seq));
}

function count(counts: ParkedCounts, queue: string, task: string): void {
  const key = `${queue} ${task}`;
  const entry = counts.get(key);
  if (entry === undefined) counts.set(key, { queue, task, count: 1 });
  else entry.count += 1;
}
