import type { JobObserver, PoolJob } from "./pool-job.ts";

/** The promise of a job's value. */
export class ResultPromise<R> implements JobObserver {
  readonly promise: Promise<R>;
  readonly #resolve: (value: R | PromiseLike<R>) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<R>();
    this.promise = promise;
    this.#resolve = resolve;
  }

  ended({ state }: PoolJob, outcome: unknown): void {
    // Only `resolve` is kept: beside a million waiting jobs, a second function for each would be felt.
    this.#resolve(state === "succeeded" ? (outcome as R) : Promise.reject(outcome));
  }
}
