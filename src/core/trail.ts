import { type Attempt, readAttempt } from "./attempt.ts";

/** How many attempts of a job are kept, unless set otherwise. */
export const DEFAULT_ATTEMPTS_KEPT = 11;

/** What a job carries from one attempt to the next. */
export interface Trail {
  /** The latest attempts, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Attempts allowed in all, where the task set its retries itself. */
  readonly maxAttempts?: number;
  /** Set from the first attempt of a replay on. */
  readonly isReplay?: true;
}

const EMPTY: Trail = { attempts: [] };

export function encodeTrail(trail: Trail): string {
  return JSON.stringify(trail);
}

/** Reads a trail; what cannot be read of it is left out, since losing a history must not lose the job. */
export function decodeTrail(text: string | undefined): Trail {
  if (text === undefined) return EMPTY;
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null || !("attempts" in data) || !Array.isArray(data.attempts))
      return EMPTY;
    const maxAttempts: unknown = Reflect.get(data, "maxAttempts");
    const attempts = data.attempts.flatMap((attempt: unknown) => readAttempt(attempt) ?? []);
    return {
      attempts,
      ...(Number.isSafeInteger(maxAttempts) ? { maxAttempts: Number(maxAttempts) } : {}),
      ...(Reflect.get(data, "isReplay") === true ? { isReplay: true as const } : {}),
    };
  } catch {
    return EMPTY;
  }
}

/** Whether an attempt is one of a replay: no other first attempt finds a trail, since each that was charged has left one. */
export function isReplay({
  attempt,
  trail,
}: {
  readonly attempt: number;
  readonly trail?: string | undefined;
}): boolean {
  return attempt === 1 ? trail !== undefined : decodeTrail(trail).isReplay === true;
}

/** A trail with one more attempt, the oldest dropped beyond `kept`. */
export function withAttempt(trail: Trail, attempt: Attempt, kept: number): Trail {
  return { ...trail, attempts: kept === 0 ? [] : [...trail.attempts, attempt].slice(-kept) };
}
