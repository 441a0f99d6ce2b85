import type { JobContext } from "../../context/index.ts";
import { encodeValue, encodeValues } from "../../core/index.ts";
import type { ToBody } from "./body-messages.ts";

/**
 * A job for a thread or process, as text: to copy an object with its dozen keys costs both ends more. Arguments that are no
 * longer what was accepted, as a schema's output may not be, go as an object, and are what a copy makes of them.
 */
export function sentJob(job: JobContext, args: readonly unknown[]): ToBody {
  const { id, task, queue, attempt, crashes, createdAt, expireAt, retriesLeft, deadline, traceparent, meta } = job;
  const attemptsAllowed = attempt + retriesLeft;
  const facts = { id, task, queue, attempt, crashes, createdAt, expireAt, attemptsAllowed, deadline, traceparent };
  const hasMeta = Object.keys(meta).length > 0;
  const what = `the job of "${task}"`;
  try {
    // Only what the sender gave needs checks and a notation of its own. What was accepted once has no limit here.
    const given = encodeValues(args, what, Number.POSITIVE_INFINITY);
    const encodedMeta = hasMeta ? `,"meta":${encodeValue(meta, what, Number.POSITIVE_INFINITY) ?? "{}"}` : "";
    return `${JSON.stringify(facts).slice(0, -1)},"args":${given}${encodedMeta}}`;
  } catch {
    return { ...facts, ...(hasMeta ? { meta } : {}), args };
  }
}
