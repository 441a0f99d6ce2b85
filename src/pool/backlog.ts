import type { Clock } from "../contracts/clock.ts";
import type { Alarm, Alarms } from "./alarms.ts";
import { JobLine } from "./job-line.ts";
import { KeySeats } from "./key-seats.ts";
import type { PoolJob } from "./pool-job.ts";
import type { PoolPlan } from "./pool-options.ts";
import { RateWindow } from "./rate-window.ts";

/** The jobs that may start, and which of them is next: order, linger, keys, rate and pause. */
export class Backlog {
  readonly #clock: Clock;
  readonly #alarms: Alarms;
  readonly #lingerMs: number;
  readonly #onReady: () => void;
  readonly #line = new JobLine();
  readonly #gathering = new JobLine();
  readonly #keys: KeySeats;
  readonly #rate: RateWindow | undefined;
  #gathered = 0;
  #linger: Alarm | undefined;
  #rateAlarm: Alarm | undefined;
  paused = false;

  /** @param onReady called when `take` may find a job that it did not find before */
  constructor(plan: PoolPlan, clock: Clock, alarms: Alarms, onReady: () => void) {
    this.#clock = clock;
    this.#alarms = alarms;
    this.#lingerMs = plan.lingerMs;
    this.#onReady = onReady;
    this.#keys = new KeySeats(plan.concurrencyPerKey);
    this.#rate = plan.rateLimit === undefined ? undefined : new RateWindow(plan.rateLimit);
  }

  add(job: PoolJob): void {
    this.#line.push(job);
    this.#onReady();
  }

  /** Adds a new job, with those that come within the linger; `enough` of them wait no longer. */
  gather(job: PoolJob, enough: number): void {
    if (this.#lingerMs === 0) {
      this.add(job);
      return;
    }
    this.#gathering.push(job);
    this.#gathered += 1;
    if (this.#gathered >= enough) this.stopGathering();
    else this.#linger ??= this.#alarms.set(this.#lingerMs, () => this.stopGathering());
  }

  /** What has gathered may start. */
  stopGathering(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#gathered = 0;
    this.#line.append(this.#gathering);
    this.#onReady();
  }

  /** Takes out the job that is to start now, if one may. */
  take(): PoolJob | undefined {
    if (this.paused || this.#waitsForRate()) return undefined;
    for (let job = this.#line.take(); job !== undefined; job = this.#line.take()) {
      if (job.plan.key !== undefined && !this.#keys.enter(job)) continue;
      this.#rate?.began(this.#clock.monotonic());
      return job;
    }
    return undefined;
  }

  /** A job that was taken is over, or waits for a retry. */
  returned(job: PoolJob): void {
    if (job.plan.key !== undefined) this.#callUp(this.#keys.pass(job));
  }

  /** A job in it has ended before it could start. */
  forget(job: PoolJob): void {
    this.#line.forget();
    this.#gathering.forget();
    if (job.plan.key !== undefined) this.#callUp(this.#keys.forget(job));
  }

  /** Nothing is left that could start: no alarm needs to keep the process alive. */
  rest(): void {
    this.#rateAlarm?.cancel();
    this.#rateAlarm = undefined;
  }

  /** All jobs in it. */
  *[Symbol.iterator](): Generator<PoolJob> {
    yield* this.#line;
    yield* this.#keys;
    yield* this.#gathering;
  }

  #callUp(job: PoolJob | undefined): void {
    if (job === undefined) return;
    this.#line.unshift(job);
    this.#onReady();
  }

  /** Whether no attempt may begin now; it is tried again when one may. */
  #waitsForRate(): boolean {
    if (this.#rate === undefined || this.#line.length === 0) return false;
    const waitMs = this.#rate.waitMs(this.#clock.monotonic());
    if (waitMs === 0) return false;
    this.#rateAlarm ??= this.#alarms.set(waitMs, () => {
      this.#rateAlarm = undefined;
      this.#onReady();
    });
    return true;
  }
}
