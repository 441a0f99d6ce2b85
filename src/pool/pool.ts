import type { Clock } from "../contracts/clock.ts";
import { type Duration, durationMs } from "../core/duration.ts";
import { shown } from "../core/shown.ts";
import { wholeNumber } from "../core/whole-number.ts";
import { ConfigurationError } from "../errors/index.ts";
import { Emitter } from "../internal/emitter.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import { systemClock } from "../internal/system-clock.ts";
import { type BatchFunction, type BatchOptions, Batch, batchPlan } from "./batch.ts";
import { type LeftJob, Closing } from "./closing.ts";
import { Engine } from "./engine.ts";
import { type FailedJob, FailureQueue } from "./failure-queue.ts";
import type { PoolEvents } from "./pool-events.ts";
import type { PoolHandle } from "./pool-handle.ts";
import { PoolJob } from "./pool-job.ts";
import { type PoolOptions, type PoolPlan, concurrencyOf, poolPlan } from "./pool-options.ts";
import type { PoolContext, PoolFunction, PoolTask } from "./pool-task.ts";
import { type JobPlan, type PushOptions, jobPlan } from "./push-options.ts";
import { type StreamOptions, type StreamResult, streamResults } from "./result-stream.ts";

/** What tests put in the place of the machine's own. */
export interface PoolSurroundings {
  readonly clock?: Clock;
  /** Draws from 0 to 1, 1 excluded, for jitter. */
  readonly random?: () => number;
}

/** Options of {@link Pool.close}. */
export interface CloseOptions {
  /** After this time, what has not ended is handed back. Default: everything is run, however long it takes. */
  readonly timeout?: Duration;
}

/**
 * Runs functions in this process, so many at a time, with retries, callbacks and an orderly end. It needs no store, and
 * nothing in it outlives the process.
 *
 * ```ts
 * const pool = new Pool({ concurrency: 20, retries: 3 });
 * const page = await pool.run(({ signal }) => fetch(url, { signal }));
 * await pool.close();
 * ```
 */
export class Pool {
  /** The jobs that failed for good, until they are replayed or dropped. */
  readonly failed: FailureQueue;
  readonly #plan: PoolPlan;
  readonly #engine: Engine;
  /** Of a push without options. */
  readonly #job: JobPlan;
  readonly #closing: Closing;
  readonly #events: Emitter<PoolEvents> = new Emitter((error) => say("a listener of a pool threw", error));

  /** @throws ConfigurationError */
  constructor(options: PoolOptions = {}, { clock = quickClock(), random = Math.random }: PoolSurroundings = {}) {
    this.#plan = poolPlan(options);
    this.#engine = new Engine({
      plan: this.#plan,
      clock,
      random,
      onFailed: (job, error) => this.failed.add(this.#failedJob(job, error)),
      onError: (event) => {
        if (this.#events.has("error")) this.#events.emit("error", event);
        else say(`unheard by anybody, in a pool's ${event.during}`, event.error);
      },
    });
    this.#job = {
      host: this.#engine,
      ...this.#plan.attempts,
      priority: 0,
      key: undefined,
      signal: undefined,
      options: {},
    };
    this.failed = new FailureQueue(this.#plan.maxFailedKept, (job) => this.push(job.task, job.options));
    this.#closing = new Closing(this.#engine, this.#plan.signal);
  }

  /** Jobs that were accepted and do not run now: those that wait for a retry included. */
  get size(): number {
    return this.#engine.waiting;
  }

  /** Slots that are taken now. */
  get running(): number {
    return this.#engine.running;
  }

  get isPaused(): boolean {
    return this.#engine.paused;
  }

  /** Jobs that may run at a time. Running ones go on when it is lowered. */
  get concurrency(): number {
    return this.#engine.concurrency;
  }

  set concurrency(value: number) {
    this.#engine.concurrency = concurrencyOf(value);
  }

  /**
   * Pushes a function or a task object, and returns the handle of its job at once. None of it runs within this call.
   *
   * @throws PoolClosedError; PoolFullError with `whenFull: "throw"`; ConfigurationError
   */
  push<R>(task: PoolFunction<R> | PoolTask<R>, options?: PushOptions): PoolHandle<R> {
    return this.#push(task, this.#jobPlan(options), this.#plan.roomWaitMs);
  }

  /** Pushes a function or a task object, and waits for its value. What `push` throws, this rejects with. */
  run<R>(task: PoolFunction<R> | PoolTask<R>, options?: PushOptions): Promise<R> {
    try {
      return this.#push(task, this.#jobPlan(options), this.#plan.roomWaitMs).result;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Pushes what an iterable gives, no faster than it is run and read, and yields a result for each: a failed job ends
   * nothing. It waits for room whatever `whenFull` says. Nothing happens before the first read.
   *
   * @throws ConfigurationError
   */
  pushAll<R>(
    tasks: Iterable<PoolFunction<R> | PoolTask<R>> | AsyncIterable<PoolFunction<R> | PoolTask<R>>,
    options?: StreamOptions,
  ): AsyncGenerator<StreamResult<R>, void> {
    return this.#stream(tasks, (task) => task, options);
  }

  /** Runs a function on each item of an iterable: {@link Pool.pushAll} for items instead of tasks. */
  map<I, R>(
    items: Iterable<I> | AsyncIterable<I>,
    fn: (item: I, context: PoolContext) => R | PromiseLike<R>,
    options?: StreamOptions,
  ): AsyncGenerator<StreamResult<R>, void> {
    if (typeof fn !== "function") throw new ConfigurationError(`map needs a function, not ${shown(fn)}`);
    return this.#stream(items, (item) => (context: PoolContext) => fn(item, context), options);
  }

  /**
   * Makes one call of many items: they gather for up to `lingerMs` or until there are `maxSize`.
   *
   * @throws ConfigurationError
   */
  batch<I, R>(fn: BatchFunction<I, R>, options: BatchOptions = {}): Batch<I, R> {
    if (typeof fn !== "function") throw new ConfigurationError(`batch needs a function, not ${shown(fn)}`);
    const { maxSize = 100, lingerMs = 100, ...push } = options;
    const plan = batchPlan(maxSize, lingerMs);
    const job = this.#jobPlan(push);
    return new Batch(fn, plan.maxSize, {
      push: (task) => this.#push(task, job, this.#plan.roomWaitMs, plan.lingerMs),
      release: (call) => this.#engine.release(call),
      refuseClosed: () => this.#engine.refuseClosed(),
    });
  }

  /** Starts nothing until `resume`; what runs goes on. Pushes are accepted while there is room. */
  pause(): void {
    this.#engine.paused = true;
  }

  resume(): void {
    this.#engine.paused = false;
  }

  /** Resolves when no job waits, none has yet to end, and no callback is under way. */
  onIdle(): Promise<void> {
    return new Promise((resolve) => this.#engine.whenIdle(resolve));
  }

  /**
   * Ends the pool: it takes in nothing new, and runs everything that was pushed, jobs that wait for a retry included. A
   * pause or a linger ends with it. With a `timeout`, resolves after that with what has not ended by then: of those jobs no
   * callback is called, their promises reject with `PoolClosedError`, and functions that still run are told by their signal.
   *
   * @returns what was handed back; the same for every call
   */
  close(options: CloseOptions = {}): Promise<readonly LeftJob[]> {
    refuseUnknownKeys(options, ["timeout"], "close option");
    const { timeout } = options;
    return this.#closing.close(timeout === undefined ? undefined : durationMs(timeout, "timeout"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Calls the listener for every event of that name; returns how to stop that. */
  on<K extends keyof PoolEvents>(name: K, listener: (event: PoolEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  #failedJob({ task, plan, attempt, extras }: PoolJob, error: unknown): FailedJob {
    const failedAt = this.#engine.timeline.epochNow();
    return { task, options: plan.options, error, attempt, attempts: extras?.attempts ?? [], failedAt };
  }

  #push<R>(task: PoolFunction<R> | PoolTask<R>, plan: JobPlan, roomWaitMs: number, holdMs = 0): PoolJob<R> {
    if (typeof task !== "function") checkTask(task);
    const job = new PoolJob(task, plan, this.#engine.pushTime);
    if (holdMs > 0) job.extra().holdMs = holdMs;
    this.#engine.offer(job, roomWaitMs);
    return job;
  }

  #stream<I, R>(
    source: Iterable<I> | AsyncIterable<I>,
    taskOf: (item: I) => PoolFunction<R> | PoolTask<R>,
    { order = "given", ahead = 2 * this.concurrency, ...push }: StreamOptions = {},
  ): AsyncGenerator<StreamResult<R>, void> {
    const plan = this.#jobPlan(push);
    return streamResults<I, R>({
      source: checkedSource(source),
      order: checkedOrder(order),
      ahead: wholeNumber(ahead, "ahead", 1, 2_000_000),
      push: (item, observer) => {
        const job = this.#push(taskOf(item), plan, Number.POSITIVE_INFINITY);
        job.observe(observer);
        return job;
      },
      resultOf: (job, outcome) => this.#engine.timeline.resultOf(job, outcome),
    });
  }

  /** @throws ConfigurationError */
  #jobPlan(options: PushOptions | undefined): JobPlan {
    return options === undefined ? this.#job : jobPlan(options, this.#job);
  }
}

function checkTask(task: { readonly execute?: unknown } | null | undefined): void {
  if (typeof task === "object" && typeof task?.execute === "function") return;
  throw new ConfigurationError(
    `a pool runs a function, or an object { execute(), success?(), fail?() }; not ${shown(task)}`,
  );
}

function checkedSource<S>(source: S): S {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return source;
  }
  throw new ConfigurationError(`what is streamed through a pool must be iterable, not ${shown(source)}`);
}

function checkedOrder(order: unknown): "given" | "finished" {
  if (order === "given" || order === "finished") return order;
  throw new ConfigurationError(`order must be "given" or "finished", not ${shown(order)}`);
}

/** The system's clock, which reads Node's global once: that is a getter, and costs as much as the reading. */
function quickClock(): Clock {
  const { performance } = globalThis;
  return { ...systemClock, monotonic: () => performance.now() };
}

/** Where nobody listens, the console is the place where something is seen. */
function say(what: string, error: unknown): void {
  globalThis.console.error(`millrace/pool: ${what}:`, error);
}
