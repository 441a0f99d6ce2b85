import type { Lease, Settlement } from "../contracts/index.ts";
import {
  type Attempt,
  type AttemptOutcome,
  type RunPolicy,
  type Trail,
  backoffMs,
  decodeTrail,
  encodeError,
  encodeTrail,
  encodeValue,
  isReplay,
  keepOf,
  mayRetry,
  storedError,
  withAttempt,
} from "../core/index.ts";
import { JobCancelledError, JobExpiredError } from "../errors/index.ts";
import type { AttemptEnd } from "./attempt-outcome.ts";

/** What a decision is made from. */
export interface Decision {
  readonly lease: Lease;
  readonly policy: RunPolicy;
  readonly end: AttemptEnd;
  /** When the attempt ended, by the store's clock. */
  readonly endedAt: number;
  readonly worker: string;
  readonly notes: string | undefined;
  /** Attempts allowed in all, where the task set them in this attempt. */
  readonly maxAttempts: number | undefined;
  readonly maxPayloadBytes: number;
  /** False where the body was not started: nothing is charged then, and there is no attempt to keep. */
  readonly ran: boolean;
  /** Somebody is to be told the value, though it may not be kept. */
  readonly valueTold?: boolean;
}

/**
 * What becomes of a job after an attempt: the one place where retry, failure and success are decided.
 * Pure; a value that cannot be encoded turns into a failure here.
 */
export function decide(decision: Decision): Settlement {
  const { lease, policy, end } = decision;
  switch (end.kind) {
    case "value":
      return succeeded(decision, end.value);
    case "cancelled":
      return ended(decision, "cancelled", new JobCancelledError(`job ${lease.id} was cancelled`));
    case "expired":
      return ended(decision, "expired", new JobExpiredError(`job ${lease.id} was not started by its expiry`));
    case "hung":
      return failed(decision, end.error, "hung");
    case "permanent":
      return failed(decision, end.error, "failed");
    case "timeout":
      return retriedOrFailed(decision, end.error, "timeout", true, undefined);
    case "retry":
      return retriedOrFailed(decision, end.error, "failed", true, end.afterMs);
    case "error": {
      return retriedOrFailed(decision, end.error, "failed", mayRetry(policy, "failed", end.error), undefined);
    }
  }
}

/** Attempts that a job has in all, the first included. */
export function attemptsAllowed(lease: Lease, policy: RunPolicy, trail: Trail): number {
  // A replay starts a new run with the old trail; what an earlier run had set is not its own.
  const set = lease.attempt === 1 ? undefined : trail.maxAttempts;
  return set ?? policy.retries + 1;
}

function succeeded(decision: Decision, value: unknown): Settlement {
  const { lease, policy } = decision;
  let result: string | undefined;
  try {
    if (policy.resultMs !== 0 || decision.valueTold === true) {
      result = encodeValue(value, `the result of "${lease.task}"`, decision.maxPayloadBytes);
    }
  } catch (error) {
    return failed(decision, error, "failed");
  }
  // The first attempt of most jobs needs no trail: it stands in the record itself.
  const trail =
    lease.attempt === 1 && lease.trail === undefined && policy.attemptsKept > 0
      ? undefined
      : trailAfter(decision, "succeeded", undefined);
  return {
    id: lease.id,
    lease: lease.lease,
    to: "succeeded",
    charged: true,
    keep: keepOf(policy),
    ...(result === undefined ? {} : { result }),
    ...(trail === undefined ? {} : { trail }),
    ...(decision.notes === undefined ? {} : { notes: decision.notes }),
  };
}

function retriedOrFailed(
  decision: Decision,
  error: unknown,
  outcome: AttemptOutcome,
  retryable: boolean,
  afterMs: number | undefined,
): Settlement {
  const { lease, policy, maxAttempts } = decision;
  const allowed = maxAttempts ?? attemptsAllowed(lease, policy, decodeTrail(lease.trail));
  const once = policy.delivery === "at-most-once";
  if (!retryable || once || lease.attempt >= allowed) return failed(decision, error, outcome);
  return {
    ...base(decision, error, outcome),
    to: "retrying",
    charged: true,
    delayMs: afterMs ?? backoffMs(policy.backoff, lease.attempt),
  };
}

function failed(decision: Decision, error: unknown, outcome: AttemptOutcome): Settlement {
  return { ...base(decision, error, outcome), to: "failed", charged: true, keep: keepOf(decision.policy) };
}

/** The end of a job that did not run, or whose run does not count. */
function ended(decision: Decision, to: "cancelled" | "expired", error: Error): Settlement {
  const { lease, policy, notes, ran } = decision;
  return {
    id: lease.id,
    lease: lease.lease,
    to,
    charged: ran,
    error: encodeError(error),
    keep: keepOf(policy),
    ...(ran ? { trail: trailAfter(decision, to, error) } : {}),
    ...(notes === undefined ? {} : { notes }),
  };
}

function base(decision: Decision, error: unknown, outcome: AttemptOutcome): Omit<Settlement, "to" | "charged"> {
  const { lease, notes } = decision;
  return {
    id: lease.id,
    lease: lease.lease,
    error: encodeError(error),
    trail: trailAfter(decision, outcome, error),
    ...(notes === undefined ? {} : { notes }),
  };
}

function trailAfter(decision: Decision, outcome: AttemptOutcome, error: unknown): string {
  const { lease, policy, maxAttempts, endedAt, worker } = decision;
  const attempt: Attempt = {
    number: lease.attempt,
    startedAt: lease.reservedAt,
    endedAt: Math.max(endedAt, lease.reservedAt),
    worker,
    outcome,
    ...(outcome === "succeeded" ? {} : { error: storedError(error) }),
  };
  const before = decodeTrail(lease.trail);
  const trail = withAttempt(before, attempt, policy.attemptsKept);
  const allowed = maxAttempts ?? (lease.attempt === 1 ? undefined : before.maxAttempts);
  return encodeTrail({
    attempts: trail.attempts,
    ...(allowed === undefined ? {} : { maxAttempts: allowed }),
    ...(isReplay(lease) ? { isReplay: true } : {}),
  });
}
