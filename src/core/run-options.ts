import { ConfigurationError } from "../errors/index.ts";
import { type Duration, durationMs, positiveDurationMs } from "./duration.ts";
import { type Retention, type RetentionPlan, DEFAULT_RETENTION, retentionPlan } from "./retention.ts";
import {
  type RetryOptions,
  type RetryPlan,
  type RetryPolicy,
  DEFAULT_RETRY_POLICY,
  retryPlan,
} from "./retry-policy.ts";
import { shown } from "./shown.ts";
import { DEFAULT_ATTEMPTS_KEPT } from "./trail.ts";
import { wholeNumber } from "./whole-number.ts";

/** Options of how a job is run and kept. They can be given for an app, for a task and with a send; the nearer wins. */
export interface RunOptions extends RetryOptions {
  /** How long one attempt may run. Default: no limit. */
  readonly timeout?: Duration;
  /** How long a function that ignores its timeout is waited for before it counts as hung. Default 30 s. */
  readonly hang?: Duration;
  /** How long the finished job is kept. Default one day. */
  readonly retention?: Retention;
  /** How many attempts are kept with the job, 0–1,000. Default 11. */
  readonly attemptsKept?: number;
  /**
   * `at-least-once` (default): a worker that dies loses nothing, another runs the job again.
   * `at-most-once`: the job is started once and never again, not by a retry and not after a crash.
   */
  readonly delivery?: "at-least-once" | "at-most-once";
}

/** The names of all run options. */
export const RUN_OPTIONS = [
  "retries",
  "backoff",
  "retryOn",
  "timeout",
  "hang",
  "retention",
  "attemptsKept",
  "delivery",
] as const;

/** Run options in their stored form; what is absent was not given. */
export interface RunPlan extends RetryPlan, RetentionPlan {
  readonly timeoutMs?: number;
  readonly hangMs?: number;
  readonly attemptsKept?: number;
  readonly delivery?: "at-least-once" | "at-most-once";
}

/** Everything decided: what one attempt runs by. */
export interface RunPolicy extends RetryPolicy, Required<RetentionPlan> {
  readonly timeoutMs: number | undefined;
  readonly hangMs: number;
  readonly attemptsKept: number;
  readonly delivery: "at-least-once" | "at-most-once";
}

const DEFAULTS: RunPolicy = {
  ...DEFAULT_RETRY_POLICY,
  ...DEFAULT_RETENTION,
  timeoutMs: undefined,
  hangMs: 30_000,
  attemptsKept: DEFAULT_ATTEMPTS_KEPT,
  delivery: "at-least-once",
};

/**
 * Checks run options and brings them into their stored form.
 *
 * @throws ConfigurationError
 */
export function runPlan(options: RunOptions): RunPlan {
  const { timeout, hang, retention, attemptsKept, delivery } = options;
  if (delivery !== undefined && delivery !== "at-least-once" && delivery !== "at-most-once") {
    throw new ConfigurationError(`delivery must be "at-least-once" or "at-most-once", not ${shown(delivery)}`);
  }
  return {
    ...retryPlan(options),
    ...(retention === undefined ? {} : retentionPlan(retention)),
    ...(timeout === undefined ? {} : { timeoutMs: positiveDurationMs(timeout, "timeout") }),
    ...(hang === undefined ? {} : { hangMs: durationMs(hang, "hang") }),
    ...(attemptsKept === undefined ? {} : { attemptsKept: wholeNumber(attemptsKept, "attemptsKept", 0, 1_000) }),
    ...(delivery === undefined ? {} : { delivery }),
  };
}

/** Merges plans over the defaults; later ones win. */
export function runPolicy(...plans: readonly (RunPlan | undefined)[]): RunPolicy {
  const policy: RunPolicy = Object.assign({}, DEFAULTS, ...plans);
  return policy.delivery === "at-most-once" ? { ...policy, retries: 0 } : policy;
}
