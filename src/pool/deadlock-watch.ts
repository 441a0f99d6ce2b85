import { PoolDeadlockError } from "../errors/index.ts";
import type { Alarm, Alarms } from "./alarms.ts";
import { type AsyncVariable, asyncVariable } from "./async-context.ts";
import type { PoolJob } from "./pool-job.ts";

/** What the watch must know of its pool, and what it can do to it. */
export interface WatchedPool {
  slotsAreTaken(): boolean;
  /** The jobs whose functions have not returned. */
  runningJobs(): readonly PoolJob[];
  /** Changes whenever an attempt begins. */
  begun(): number;
  refuse(job: PoolJob, error: Error): void;
  report(error: Error): void;
}

/** A job waits until another has room, or has ended. */
interface Wait {
  readonly by: PoolJob;
  readonly attempt: number;
  readonly on: PoolJob;
  readonly kind: "room" | "result";
}

/** Twice so long must nothing have moved. */
const LOOK_MS = 1_000;

/**
 * Notices that a pool stands still for good: every slot is taken by a job that waits for a job of the same pool, to have
 * room or to end, and no slot will ever be free for it.
 *
 * A job is taken to wait when it has read `accepted` or `result` and that is not settled. The one that asked for room last
 * is refused. Where only results are waited for, the deadlock is told and nothing is broken up: a job may well have
 * read a result to look at it later, and what has been accepted is not taken back.
 */
export class DeadlockWatch {
  readonly #current: AsyncVariable<PoolJob> = asyncVariable();
  readonly #pool: WatchedPool;
  readonly #alarms: Alarms;
  #waits: Wait[] = [];
  #pruneAt = 64;
  #look: Alarm | undefined;
  /** `begun` at the last look that found every slot waiting. */
  #stoodAt = -1;

  constructor(pool: WatchedPool, alarms: Alarms) {
    this.#pool = pool;
    this.#alarms = alarms;
  }

  /** Runs a job's function so that what it reads is known to be read by it. */
  run<R>(job: PoolJob, body: () => R): R {
    return this.#current.run(job, body);
  }

  /** Somebody has read a promise of a job. */
  note(on: PoolJob, kind: Wait["kind"]): void {
    const by = this.#current.get();
    if (by === undefined || by === on) return;
    const wait = { by, attempt: by.attempt, on, kind };
    if (!isOpen(wait)) return;
    this.#waits.push(wait);
    if (this.#waits.length > this.#pruneAt) this.#prune();
    // The wait that closes the circle is noted while all slots are taken, so no other needs a look.
    if (this.#pool.slotsAreTaken()) this.#lookLater();
  }

  /** No job is left that could wait. */
  rest(): void {
    this.#look?.cancel();
    this.#look = undefined;
  }

  #lookLater(): void {
    this.#look ??= this.#alarms.set(LOOK_MS, () => {
      this.#look = undefined;
      this.#prune();
      if (this.#standsStill()) this.#act();
    });
  }

  #standsStill(): boolean {
    if (!this.#pool.slotsAreTaken()) return false;
    const waiting = new Set(this.#waits.map(({ by }) => by));
    return this.#pool.runningJobs().every((job) => waiting.has(job));
  }

  #act(): void {
    if (this.#stoodAt !== this.#pool.begun()) {
      this.#stoodAt = this.#pool.begun();
      this.#lookLater();
      return;
    }
    const last = this.#waits.findLast(({ kind }) => kind === "room");
    const error = new PoolDeadlockError(
      `all slots of the pool are taken by jobs that wait for jobs of the same pool, ${
        last === undefined ? "which can never start" : "and this one would never have room"
      }. Give the inner jobs a pool of their own, or do not wait for them inside a job`,
    );
    if (last === undefined) {
      this.#pool.report(error);
      return;
    }
    this.#pool.refuse(last.on, error);
    this.#lookLater();
  }

  #prune(): void {
    this.#waits = this.#waits.filter(isOpen);
    this.#pruneAt = 64 + 2 * this.#waits.length;
  }
}

function isOpen({ by, attempt, on, kind }: Wait): boolean {
  if (by.state !== "running" || by.attempt !== attempt) return false;
  return kind === "room" ? on.state === "offered" : !on.hasEnded;
}
