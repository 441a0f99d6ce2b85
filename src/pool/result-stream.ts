import type { JobObserver, PoolJob } from "./pool-job.ts";
import type { PoolResult } from "./pool-result.ts";
import type { PushOptions } from "./push-options.ts";

/** Options of a stream; those of a push hold for each of its jobs. */
export interface StreamOptions extends PushOptions {
  /** Results in the order of what was given, or as they come. Default `"given"`. */
  readonly order?: "given" | "finished";
  /** Items that are taken from the source ahead of the result that you are at, 1–1,000,000. Default twice the concurrency. */
  readonly ahead?: number;
}

/** A result, and the place of its item in what was given, from 0. */
export type StreamResult<R = unknown> = PoolResult<R> & { readonly index: number };

/** What a stream needs of its pool. */
export interface StreamSetting<I, R> {
  readonly source: Iterable<I> | AsyncIterable<I>;
  readonly order: "given" | "finished";
  readonly ahead: number;
  /** Pushes the item's job, which may have to wait for room; throws if it cannot. */
  readonly push: (item: I, observer: JobObserver) => PoolJob<R>;
  readonly resultOf: (job: PoolJob<R>, outcome: unknown) => PoolResult<R>;
}

/**
 * Pushes a job for each item of a source and yields their results. Never more than `ahead` items are in the pool or wait
 * to be read, so neither a long source nor a slow reader takes memory. Nothing happens before the first read.
 *
 * If the source throws, or the pool is closed, the results of what was pushed come first, and then the error. A reader
 * that leaves ends the source; what was pushed goes on.
 */
export async function* streamResults<I, R>(setting: StreamSetting<I, R>): AsyncGenerator<StreamResult<R>, void> {
  const feed = new Feed(setting);
  try {
    for (;;) {
      feed.fill();
      const result = feed.take();
      if (result !== undefined) yield result;
      else if (feed.isDry) break;
      else await feed.news();
    }
  } finally {
    await feed.end();
  }
  feed.rethrow();
}

/** The items of a source on their way through a pool. */
class Feed<I, R> {
  readonly #setting: StreamSetting<I, R>;
  readonly #source: Iterator<I> | AsyncIterator<I>;
  readonly #isAsync: boolean;
  /** Results that nobody has read, as they came. */
  readonly #results = new Map<number, StreamResult<R>>();
  /** Items taken whose results have not been read. */
  #inside = 0;
  #nextIndex = 0;
  #nextRead = 0;
  /** The source is asked for an item, or the pool for room. */
  #isWaiting = false;
  /** No more items are taken. */
  #isOver = false;
  #sourceHasEnded = false;
  #problem: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(setting: StreamSetting<I, R>) {
    const { source } = setting;
    this.#setting = setting;
    this.#isAsync = Symbol.asyncIterator in source;
    this.#source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Everything has been read. */
  get isDry(): boolean {
    return this.#isOver && this.#inside === 0;
  }

  /** Takes items from the source, as many as may be inside. */
  fill(): void {
    while (!this.#isOver && !this.#isWaiting && this.#inside < this.#setting.ahead) {
      if (this.#isAsync) this.#askSource();
      else this.#taken(() => this.#source.next() as IteratorResult<I>);
    }
  }

  take(): StreamResult<R> | undefined {
    const first = this.#setting.order === "given" ? this.#nextRead : this.#results.keys().next().value;
    const result = first === undefined ? undefined : this.#results.get(first);
    if (result === undefined) return undefined;
    this.#results.delete(result.index);
    this.#nextRead += 1;
    this.#inside -= 1;
    return result;
  }

  /** Resolves when there may be something to take, or nothing is to come. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Tells the source that nobody wants more of it. */
  async end(): Promise<void> {
    this.#isOver = true;
    if (!this.#sourceHasEnded) await this.#source.return?.();
  }

  rethrow(): void {
    if (this.#problem !== undefined) throw this.#problem.error;
  }

  #askSource(): void {
    this.#isWaiting = true;
    const answered = (answer: () => IteratorResult<I>): void => {
      this.#isWaiting = false;
      if (!this.#isOver) this.#taken(answer);
      this.fill();
      this.#notify();
    };
    // A source may throw at once, too.
    const asked = new Promise<IteratorResult<I>>((resolve) => {
      resolve(this.#source.next());
    });
    asked.then(
      (item) => answered(() => item),
      (error: unknown) =>
        answered(() => {
          throw error;
        }),
    );
  }

  /** Pushes what the source answers. One that throws has ended; one that gave something that cannot be pushed has not. */
  #taken(answer: () => IteratorResult<I>): void {
    try {
      this.#sourceHasEnded = true;
      const { done, value } = answer();
      if (done === true) this.#isOver = true;
      else {
        this.#sourceHasEnded = false;
        this.#push(value);
      }
    } catch (error) {
      this.#isOver = true;
      this.#problem = { error };
    }
  }

  #push(item: I): void {
    const index = this.#nextIndex;
    const job = this.#setting.push(item, { ended: (job, outcome) => this.#ended(job as PoolJob<R>, outcome, index) });
    this.#nextIndex += 1;
    this.#inside += 1;
    if (job.state === "offered") this.#awaitRoom(job);
  }

  #awaitRoom(job: PoolJob<R>): void {
    this.#isWaiting = true;
    const answered = (): void => {
      this.#isWaiting = false;
      this.fill();
      this.#notify();
    };
    job.accepted.then(answered, answered);
  }

  #ended(job: PoolJob<R>, outcome: unknown, index: number): void {
    this.#results.set(index, { ...this.#setting.resultOf(job, outcome), index });
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
