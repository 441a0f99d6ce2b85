import { type Duration, durationMs, positiveDurationMs } from "../core/duration.ts";
import { type RetryOptions, type RetryPolicy, retryPlan } from "../core/retry-policy.ts";
import { wholeNumber } from "../core/whole-number.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import type { JobHost } from "./job-host.ts";

/** How jobs are run: for all of a pool, or for one push. */
export interface AttemptOptions extends RetryOptions {
  /** Attempts after the first; 0 or less for none. Default 10; with a backoff list and nothing else, as many as it has gaps. */
  readonly retries?: number;
  /** How long one attempt may run. Default: no limit. */
  readonly timeout?: Duration;
  /** How long a function that ignores its signal is waited for before its job ends without it. Default 30 s. */
  readonly hang?: Duration;
}

/** Options of one push, over those of its pool. */
export interface PushOptions extends AttemptOptions {
  /** 0–9, higher first. Default 0. */
  readonly priority?: number;
  /** Jobs with an equal key (as a `Map` compares) are limited by `concurrencyPerKey`. Default: none. */
  readonly key?: unknown;
  /** Cancels the job when it aborts. */
  readonly signal?: AbortSignal;
}

/** What a job is run by: checked, and shared by all jobs that were pushed alike. */
export interface JobPlan {
  /** The pool that they are in. */
  readonly host: JobHost;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number | undefined;
  readonly hangMs: number;
  readonly priority: number;
  readonly key: unknown;
  readonly signal: AbortSignal | undefined;
  /** As they were given, to be handed back. */
  readonly options: PushOptions;
}

export const ATTEMPT_OPTIONS: readonly (keyof AttemptOptions)[] = ["retries", "backoff", "retryOn", "timeout", "hang"];

const KEYS = [...ATTEMPT_OPTIONS, "priority", "key", "signal"] satisfies (keyof PushOptions)[];

/** @throws ConfigurationError */
export function jobPlan(options: PushOptions, base: JobPlan): JobPlan {
  refuseUnknownKeys(options, KEYS, "push option");
  const { retry, timeoutMs, hangMs } = attemptPlan(options, base);
  const priority = options.priority === undefined ? base.priority : wholeNumber(options.priority, "priority", 0, 9);
  const signal = checkedSignal(options.signal);
  return { host: base.host, retry, timeoutMs, hangMs, priority, key: options.key, signal, options };
}

/** The part of a plan that says how attempts are made. */
export type AttemptPlan = Pick<JobPlan, "retry" | "timeoutMs" | "hangMs">;

/** @throws ConfigurationError */
export function attemptPlan(options: AttemptOptions, base: AttemptPlan): AttemptPlan {
  const { retries, backoff, retryOn, timeout, hang } = options;
  const isAsBefore = retries === undefined && backoff === undefined && retryOn === undefined;
  // As in Task Pool, whose users count down to it, a negative number means none.
  const retryOptions =
    retries !== undefined && Number.isInteger(retries) && retries < 0 ? { ...options, retries: 0 } : options;
  return {
    retry: isAsBefore ? base.retry : { ...base.retry, ...retryPlan(retryOptions) },
    timeoutMs: timeout === undefined ? base.timeoutMs : positiveDurationMs(timeout, "timeout"),
    hangMs: hang === undefined ? base.hangMs : durationMs(hang, "hang"),
  };
}

/** @throws ConfigurationError */
export function checkedSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new ConfigurationError("signal must be an AbortSignal, such as that of an AbortController");
}
