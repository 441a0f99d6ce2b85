import { type Duration, durationMs, positiveDurationMs } from "../core/duration.ts";
import { DEFAULT_RETRY_POLICY } from "../core/retry-policy.ts";
import { shown } from "../core/shown.ts";
import { wholeNumber } from "../core/whole-number.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import type { RatePlan } from "./rate-window.ts";
import { type AttemptOptions, type AttemptPlan, ATTEMPT_OPTIONS, attemptPlan, checkedSignal } from "./push-options.ts";

/** What `push` does when no more jobs may wait: wait for room, throw, or wait so many milliseconds and then refuse. */
export type WhenFull = "wait" | "throw" | { readonly waitMs: Duration };

/** At most `limit` attempts begin in any span of `interval`. */
export interface RateLimit {
  readonly limit: number;
  readonly interval: Duration;
}

/** Options of a pool; those of {@link AttemptOptions} are the defaults of its pushes. */
export interface PoolOptions extends AttemptOptions {
  /** Jobs that run at a time, 1–1,000,000. Default 50. */
  readonly concurrency?: number;
  /** Jobs with the same key that run at a time. Default 1. */
  readonly concurrencyPerKey?: number;
  /** Jobs that may wait beside those that free slots take. Default `Infinity`. */
  readonly maxQueued?: number;
  /** Default `"wait"`. */
  readonly whenFull?: WhenFull;
  /** How long new jobs gather before they start together, unless `concurrency` of them have gathered. Default 0. */
  readonly lingerMs?: Duration;
  /** Default: no limit. */
  readonly rateLimit?: RateLimit;
  /** Attempts that a result has at the most, the last ones. Default 11. */
  readonly maxAttemptsKept?: number;
  /** Jobs that the failure queue has at the most; the oldest is dropped for a new one. Default 1,000. */
  readonly maxFailedKept?: number;
  /** Cancels every job and closes the pool when it aborts. */
  readonly signal?: AbortSignal;
  /** Run each job in the async context (`AsyncLocalStorage`) of its push; else, in that of `new Pool`. Default false. */
  readonly keepContext?: boolean;
  /** Notice when all slots wait for jobs of this very pool. Default: true where `maxQueued` is set. */
  readonly detectDeadlock?: boolean;
}

/** Pool options, checked. */
export interface PoolPlan {
  readonly concurrency: number;
  readonly concurrencyPerKey: number;
  readonly maxQueued: number;
  /** How long an offered job waits for room: 0 refuses at once. */
  readonly roomWaitMs: number;
  readonly lingerMs: number;
  readonly rateLimit: RatePlan | undefined;
  readonly maxAttemptsKept: number;
  readonly maxFailedKept: number;
  readonly signal: AbortSignal | undefined;
  readonly keepContext: boolean;
  readonly detectDeadlock: boolean;
  /** Of a push without options of its own. */
  readonly attempts: AttemptPlan;
}

const MOST = 1_000_000;

const KEYS = [
  ...ATTEMPT_OPTIONS,
  "concurrency",
  "concurrencyPerKey",
  "maxQueued",
  "whenFull",
  "lingerMs",
  "rateLimit",
  "maxAttemptsKept",
  "maxFailedKept",
  "signal",
  "keepContext",
  "detectDeadlock",
] satisfies (keyof PoolOptions)[];

/** Task Pool's number, not the rest of the house's: in one process, a retry costs nothing but time. */
const RETRIES = 10;

/** @throws ConfigurationError */
export function poolPlan(options: PoolOptions): PoolPlan {
  refuseUnknownKeys(options, KEYS, "pool option");
  const {
    concurrency = 50,
    concurrencyPerKey = 1,
    maxQueued = Number.POSITIVE_INFINITY,
    whenFull = "wait",
    lingerMs = 0,
    rateLimit,
    maxAttemptsKept = 11,
    maxFailedKept = 1_000,
    signal,
    keepContext = false,
    detectDeadlock = maxQueued !== Number.POSITIVE_INFINITY,
  } = options;
  const base = { retry: { ...DEFAULT_RETRY_POLICY, retries: RETRIES }, timeoutMs: undefined, hangMs: 30_000 };
  return {
    concurrency: concurrencyOf(concurrency),
    concurrencyPerKey: wholeNumber(concurrencyPerKey, "concurrencyPerKey", 1, MOST),
    maxQueued:
      maxQueued === Number.POSITIVE_INFINITY
        ? maxQueued
        : wholeNumber(maxQueued, "maxQueued", 0, Number.MAX_SAFE_INTEGER),
    roomWaitMs: roomWaitMs(whenFull),
    lingerMs: durationMs(lingerMs, "lingerMs"),
    rateLimit: rateLimit === undefined ? undefined : ratePlan(rateLimit),
    maxAttemptsKept: wholeNumber(maxAttemptsKept, "maxAttemptsKept", 0, MOST),
    maxFailedKept: wholeNumber(maxFailedKept, "maxFailedKept", 0, MOST),
    signal: checkedSignal(signal),
    keepContext,
    detectDeadlock,
    attempts: attemptPlan(options, base),
  };
}

/** @throws ConfigurationError */
export function concurrencyOf(value: number): number {
  return wholeNumber(value, "concurrency", 1, MOST);
}

function ratePlan({ limit, interval }: RateLimit): RatePlan {
  return {
    limit: wholeNumber(limit, "rateLimit.limit", 1, MOST),
    intervalMs: positiveDurationMs(interval, "rateLimit.interval"),
  };
}

function roomWaitMs(whenFull: WhenFull): number {
  if (whenFull === "wait") return Number.POSITIVE_INFINITY;
  if (whenFull === "throw") return 0;
  if (typeof whenFull === "object" && whenFull !== null) return durationMs(whenFull.waitMs, "whenFull.waitMs");
  throw new ConfigurationError(`whenFull must be "wait", "throw" or { waitMs }, not ${shown(whenFull)}`);
}
