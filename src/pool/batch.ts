import { wholeNumber } from "../core/whole-number.ts";
import { durationMs, type Duration } from "../core/duration.ts";
import type { PoolHandle } from "./pool-handle.ts";
import type { PoolJob } from "./pool-job.ts";
import type { PoolContext, PoolTask } from "./pool-task.ts";
import type { PushOptions } from "./push-options.ts";

/** Options of a batch; those of a push hold for each call. */
export interface BatchOptions extends PushOptions {
  /** Items of one call at the most, 1–1,000,000. Default 100. */
  readonly maxSize?: number;
  /** How long items gather for a call, from its first one. Default 100 ms. */
  readonly lingerMs?: Duration;
}

/** A function that takes many items in one call. */
export type BatchFunction<I, R> = (items: readonly I[], context: PoolContext) => R | PromiseLike<R>;

/** What becomes of an item: the same for all items of its call. */
export type BatchHandle<R> = Pick<PoolHandle<R>, "result" | "accepted">;

/** One call: a job of the pool whose items still gather while it waits. */
export class BatchTask<I, R> implements PoolTask<R> {
  readonly items: I[] = [];
  readonly #fn: BatchFunction<I, R>;

  constructor(fn: BatchFunction<I, R>) {
    this.#fn = fn;
  }

  execute(context: PoolContext): R | PromiseLike<R> {
    return this.#fn(this.items, context);
  }
}

/** What a batch does with a call. */
export interface BatchCalls<R> {
  /** Pushes the call; it lingers in the pool. */
  push(task: PoolTask<R>): PoolJob<R>;
  /** The call need not linger any more. */
  release(job: PoolJob<R>): void;
  /** Throws if the pool takes nothing in any more. */
  refuseClosed(): void;
}

/**
 * Gathers items and gives them to one call of a function, which is a job of the pool, with its slot, retries and result.
 * A call goes on gathering while it waits for its slot, until it has `maxSize` items.
 */
export class Batch<I, R> {
  readonly #fn: BatchFunction<I, R>;
  readonly #maxSize: number;
  readonly #calls: BatchCalls<R>;
  #gathering: { readonly job: PoolJob<R>; readonly items: I[] } | undefined;

  /** @internal */
  constructor(fn: BatchFunction<I, R>, maxSize: number, calls: BatchCalls<R>) {
    this.#fn = fn;
    this.#maxSize = maxSize;
    this.#calls = calls;
  }

  /**
   * Adds an item to the next call.
   *
   * @throws PoolClosedError; PoolFullError with `whenFull: "throw"`, if it would be the first item of a call
   */
  push(item: I): BatchHandle<R> {
    this.#calls.refuseClosed();
    const { job, items } = this.#open();
    items.push(item);
    if (items.length >= this.#maxSize) this.flush();
    return job;
  }

  /** Lets what has gathered wait no longer. */
  flush(): void {
    const job = this.#gathering?.job;
    this.#gathering = undefined;
    if (job !== undefined) this.#calls.release(job);
  }

  #open(): { readonly job: PoolJob<R>; readonly items: I[] } {
    const gathering = this.#gathering;
    // A call that has begun, or that was cancelled, takes no more.
    const isOpen = gathering !== undefined && gathering.job.attempt === 0 && !gathering.job.hasEnded;
    if (isOpen) return gathering;
    const task = new BatchTask(this.#fn);
    this.#gathering = { job: this.#calls.push(task), items: task.items };
    return this.#gathering;
  }
}

/** @throws ConfigurationError */
export function batchPlan(
  maxSize: number,
  lingerMs: Duration,
): { readonly maxSize: number; readonly lingerMs: number } {
  return { maxSize: wholeNumber(maxSize, "maxSize", 1, 1_000_000), lingerMs: durationMs(lingerMs, "lingerMs") };
}
