import { PoolClosedError } from "../errors/index.ts";
import type { PoolState } from "./pool-handle.ts";
import type { PoolAttempt } from "./pool-result.ts";
import type { Engine } from "./engine.ts";
import type { PoolFunction, PoolTask } from "./pool-task.ts";
import type { PushOptions } from "./push-options.ts";

/** A job that a pool handed back when its close had no more time: neither of its callbacks was or will be called. */
export interface LeftJob {
  /** As it was pushed. That of a batch has its `items`. */
  readonly task: PoolFunction | PoolTask;
  readonly options: PushOptions;
  /** Where it was; a `running` function has been told to stop, and may have done part of its work. */
  readonly state: PoolState;
  /** Attempts begun. */
  readonly attempt: number;
  readonly attempts: readonly PoolAttempt[];
}

/** The end of a pool: when all is done, when the time is over, or when a signal says so. */
export class Closing {
  readonly #engine: Engine;
  readonly #signal: AbortSignal | undefined;
  readonly #left: PromiseWithResolvers<readonly LeftJob[]> = Promise.withResolvers();
  #isBegun = false;
  #isOver = false;

  constructor(engine: Engine, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#signal = signal;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", this.#abort);
  }

  /** Takes in nothing new; resolves when everything has ended, or has been handed back after `timeoutMs`. */
  close(timeoutMs: number | undefined): Promise<readonly LeftJob[]> {
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#engine.close();
      this.#engine.whenIdle(() => this.#finish(() => []));
    }
    const handBack = (): void => this.#finish(() => this.#handBack());
    if (timeoutMs === 0) handBack();
    else if (timeoutMs !== undefined && !this.#isOver) {
      const alarm = this.#engine.alarms.set(timeoutMs, handBack);
      void this.#left.promise.then(() => alarm.cancel());
    }
    return this.#left.promise;
  }

  readonly #abort = (): void => this.#engine.abort(this.#signal?.reason);

  /** The first to come decides: what is handed back makes the engine idle, too. */
  #finish(handBack: () => readonly LeftJob[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#left.resolve(handBack());
  }

  #handBack(): readonly LeftJob[] {
    const jobs = this.#engine.unended();
    const left = jobs.map(({ task, plan, state, attempt, extras }) => {
      return { task, options: plan.options, state, attempt, attempts: extras?.attempts ?? [] };
    });
    // One for all: there may be a million of them, and a stack trace is dear.
    const error = new PoolClosedError("the pool was closed before this job had ended, and handed it back");
    for (const job of jobs) this.#engine.giveUp(job, error);
    return left;
  }
}
