import { type StoredError, readError } from "./stored-error.ts";

/** How an attempt ended: a value, an error, a timeout, a function that never came back, or not at all (cancelled, expired). */
export type AttemptOutcome = "succeeded" | "failed" | "timeout" | "hung" | "cancelled" | "expired";

const OUTCOMES: readonly AttemptOutcome[] = ["succeeded", "failed", "timeout", "hung", "cancelled", "expired"];

/** One execution of a job. Times are epoch milliseconds by the store's clock. */
export interface Attempt {
  /** From 1; only attempts that were charged have a number and are kept. */
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly worker: string;
  readonly outcome: AttemptOutcome;
  readonly error?: StoredError;
}

/** An attempt as it was stored, read field by field; `undefined` for what is none. */
export function readAttempt(stored: unknown): Attempt | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { number, startedAt, endedAt, worker, outcome, error } = stored as Readonly<Record<string, unknown>>;
  const known = OUTCOMES.find((each) => each === outcome);
  if (known === undefined || typeof number !== "number") return undefined;
  if (typeof startedAt !== "number" || typeof endedAt !== "number" || typeof worker !== "string") return undefined;
  return {
    number,
    startedAt,
    endedAt,
    worker,
    outcome: known,
    ...(error === undefined ? {} : { error: readError(error) }),
  };
}
