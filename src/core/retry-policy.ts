import { ConfigurationError, MillraceError } from "../errors/index.ts";
import { type Duration, durationMs } from "./duration.ts";
import { shown } from "./shown.ts";
import { wholeNumber } from "./whole-number.ts";

/** Exponential backoff: before retry n (from 1), `baseMs · 2^(n-1)`, at most `maxMs`. */
export interface ExponentialBackoff {
  /** Default 100 ms. */
  readonly baseMs?: number;
  /** Default 50,000 ms. */
  readonly maxMs?: number;
  /** Draw each delay evenly from 0 to the computed one ("full jitter"). Default false. */
  readonly jitter?: boolean;
}

/** Time before each retry: none, exponential, or a list of gaps whose last one repeats. */
export type Backoff = "none" | "exponential" | ExponentialBackoff | readonly Duration[];

export interface RetryOptions {
  /** Attempts after the first. Default 3; with a backoff list and nothing else, as many as the list has gaps. */
  readonly retries?: number;
  /** Default `"exponential"`. */
  readonly backoff?: Backoff;
  /** What is retried: any error (which includes timeouts), or timeouts only. Default `"error"`. */
  readonly retryOn?: "error" | "timeout";
}

/** Backoff in its stored form. */
export type BackoffPlan =
  | { readonly kind: "none" }
  | { readonly kind: "exponential"; readonly baseMs: number; readonly maxMs: number; readonly jitter: boolean }
  | { readonly kind: "list"; readonly gapsMs: readonly number[] };

/** Retry options in their stored form; what is absent was not given. */
export interface RetryPlan {
  readonly retries?: number;
  readonly backoff?: BackoffPlan;
  readonly retryOn?: "error" | "timeout";
}

export type RetryPolicy = Required<RetryPlan>;

const EXPONENTIAL: BackoffPlan = { kind: "exponential", baseMs: 100, maxMs: 50_000, jitter: false };

export const DEFAULT_RETRY_POLICY: RetryPolicy = { retries: 3, backoff: EXPONENTIAL, retryOn: "error" };

/** Above this the doubling has passed every cap, and 2^n would leave the exact integers. */
const MOST_DOUBLINGS = 50;

/**
 * Checks retry options and brings them into their stored form.
 *
 * @throws ConfigurationError
 */
export function retryPlan(options: RetryOptions): RetryPlan {
  const backoff = options.backoff === undefined ? undefined : backoffPlan(options.backoff);
  const retries =
    options.retries === undefined
      ? backoff?.kind === "list"
        ? backoff.gapsMs.length
        : undefined
      : wholeNumber(options.retries, "retries", 0, 1_000_000);
  if (options.retryOn !== undefined && options.retryOn !== "error" && options.retryOn !== "timeout") {
    throw new ConfigurationError(`retryOn must be "error" or "timeout", not ${shown(options.retryOn)}`);
  }
  return {
    ...(retries === undefined ? {} : { retries }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(options.retryOn === undefined ? {} : { retryOn: options.retryOn }),
  };
}

/**
 * Milliseconds before retry number `retry` (from 1).
 *
 * Exponential: `min(maxMs, baseMs · 2^(retry-1))`, the formula of Alibaba Cloud's log producer that Task Pool took over.
 */
export function backoffMs(plan: BackoffPlan, retry: number, random: () => number = Math.random): number {
  switch (plan.kind) {
    case "none":
      return 0;
    case "list":
      return plan.gapsMs[Math.min(retry, plan.gapsMs.length) - 1] ?? 0;
    case "exponential": {
      const delay = Math.min(plan.maxMs, plan.baseMs * 2 ** Math.min(retry - 1, MOST_DOUBLINGS));
      return plan.jitter ? Math.round(delay * random()) : delay;
    }
  }
}

/** Whether an attempt that failed so is one that the policy repeats; how often is for the caller to count. */
export function mayRetry(
  { retryOn }: Pick<RetryPolicy, "retryOn">,
  outcome: "failed" | "timeout",
  error: unknown,
): boolean {
  if (outcome === "timeout") return true;
  return retryOn === "error" && !(error instanceof MillraceError && error.code === "ERR_PERMANENT");
}

function backoffPlan(backoff: Backoff): BackoffPlan {
  if (backoff === "none") return { kind: "none" };
  if (backoff === "exponential") return EXPONENTIAL;
  if (Array.isArray(backoff)) return listPlan(backoff as readonly Duration[]);
  if (typeof backoff === "object" && backoff !== null) return exponentialPlan(backoff as ExponentialBackoff);
  throw new ConfigurationError(
    `backoff must be "none", "exponential", { baseMs, maxMs, jitter } or a list of durations, not ${shown(backoff)}`,
  );
}

function listPlan(gaps: readonly Duration[]): BackoffPlan {
  if (gaps.length === 0 || gaps.length > 1_000) {
    throw new ConfigurationError(
      `a backoff list has 1 to 1,000 gaps, not ${gaps.length}; for none, set backoff: "none"`,
    );
  }
  return { kind: "list", gapsMs: gaps.map((gap, at) => durationMs(gap, `backoff[${at}]`)) };
}

function exponentialPlan(backoff: ExponentialBackoff): BackoffPlan {
  const baseMs = durationMs(backoff.baseMs ?? 100, "backoff.baseMs");
  const maxMs = durationMs(backoff.maxMs ?? 50_000, "backoff.maxMs");
  if (maxMs < baseMs)
    throw new ConfigurationError(`backoff.maxMs (${maxMs}) must not be below backoff.baseMs (${baseMs})`);
  return { kind: "exponential", baseMs, maxMs, jitter: backoff.jitter === true };
}
