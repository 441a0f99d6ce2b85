import { MalformedRecordError } from "../errors/index.ts";
import type { RunPlan } from "./run-options.ts";
import { shown } from "./shown.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What each option is in its stored form: whether a value is one, and how to say what it must be. */
const FORMS: Readonly<Record<keyof RunPlan, readonly [is: (value: unknown) => boolean, must: string]>> = {
  retries: [isCount, "a whole number"],
  backoff: [isBackoff, "a backoff that this version knows"],
  retryOn: [(value) => value === "error" || value === "timeout", '"error" or "timeout"'],
  timeoutMs: [(value) => isMs(value) && value > 0, "milliseconds, more than 0"],
  hangMs: [isMs, "milliseconds"],
  statusMs: [isMsOrNull, "milliseconds, or null for ever"],
  resultMs: [isMsOrNull, "milliseconds, or null for ever"],
  attemptsKept: [isCount, "a whole number"],
  delivery: [
    (value) => value === "at-least-once" || value === "at-most-once",
    '"at-least-once" or "at-most-once", which is all that this version knows',
  ],
};

/**
 * Reads run options from a record, which an older version, a newer one or a hand may have written. Options that this
 * version does not know are left out; a value that it does not know is refused, since what the sender wanted by it is not
 * known either.
 *
 * @throws MalformedRecordError
 */
export function readRunPlan(stored: unknown): RunPlan {
  if (stored === undefined) return {};
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) {
    throw new MalformedRecordError("the stored job's options are no object");
  }
  const fields = stored as Fields;
  const plan: Record<string, unknown> = {};
  for (const [name, [is, must]] of Object.entries(FORMS)) {
    const value = fields[name];
    if (value === undefined) continue;
    if (!is(value)) {
      throw new MalformedRecordError(`the stored job's option "${name}" is ${shown(value)}, and must be ${must}`, {
        details: { option: name },
      });
    }
    plan[name] = value;
  }
  return plan;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isMs(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isMsOrNull(value: unknown): boolean {
  return value === null || isMs(value);
}

function isBackoff(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, baseMs, maxMs, jitter, gapsMs } = value as Fields;
  switch (kind) {
    case "none":
      return true;
    case "exponential":
      return isMs(baseMs) && isMs(maxMs) && typeof jitter === "boolean";
    case "list":
      return Array.isArray(gapsMs) && gapsMs.length > 0 && gapsMs.every(isMs);
    default:
      return false;
  }
}
