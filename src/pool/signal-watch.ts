import type { PoolJob } from "./pool-job.ts";

interface Watched {
  readonly jobs: Set<PoolJob>;
  readonly onAbort: () => void;
}

/** Hears the signals of jobs: one listener for each signal, however many jobs share it, and none once they have ended. */
export class SignalWatch {
  readonly #signals = new Map<AbortSignal, Watched>();
  readonly #cancel: (jobs: readonly PoolJob[], reason: unknown) => void;

  constructor(cancel: (jobs: readonly PoolJob[], reason: unknown) => void) {
    this.#cancel = cancel;
  }

  add(job: PoolJob, signal: AbortSignal): void {
    const watched = this.#signals.get(signal) ?? this.#listen(signal);
    watched.jobs.add(job);
    // One that has aborted sends no event any more; the job is cancelled when the push has returned its handle.
    if (signal.aborted) queueMicrotask(() => this.#cancel([job], signal.reason));
  }

  remove(job: PoolJob, signal: AbortSignal): void {
    const watched = this.#signals.get(signal);
    if (watched === undefined) return;
    watched.jobs.delete(job);
    if (watched.jobs.size > 0) return;
    signal.removeEventListener("abort", watched.onAbort);
    this.#signals.delete(signal);
  }

  #listen(signal: AbortSignal): Watched {
    const jobs = new Set<PoolJob>();
    const onAbort = (): void => this.#cancel([...jobs], signal.reason);
    signal.addEventListener("abort", onAbort);
    const watched = { jobs, onAbort };
    this.#signals.set(signal, watched);
    return watched;
  }
}
