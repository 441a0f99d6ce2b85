import { AsyncLocalStorage } from "node:async_hooks";

/** What the rooms may know of the job that the calling code runs in. */
export interface CurrentJob {
  readonly traceparent: string | undefined;
}

const KEY = Symbol.for("millrace.current-job");

/**
 * The job that the calling code runs in, by async context. One for the process, even where two copies of the package are
 * loaded (a task's module and its worker may resolve it differently).
 */
export const currentJob: AsyncLocalStorage<CurrentJob> = ((globalThis as Record<symbol, unknown>)[KEY] ??=
  new AsyncLocalStorage<CurrentJob>()) as AsyncLocalStorage<CurrentJob>;
