import type { JobContext } from "../../context/index.ts";
import { encodeValue } from "../../core/index.ts";

/** Which version of what is said between Millrace and a program is spoken; see docs/executables.md. */
export const PROTOCOL_VERSION = 1;

/** A job as one line of JSON for a program. */
export function jobDocument(job: JobContext, args: readonly unknown[]): string {
  const { id, task, queue, attempt, retriesLeft, createdAt, expireAt, deadline, meta, traceparent } = job;
  const document = {
    protocol: PROTOCOL_VERSION,
    id,
    task,
    queue,
    attempt,
    retriesLeft,
    createdAt,
    expireAt,
    deadline,
    traceparent,
    meta,
    args,
  };
  // What was accepted once has no limit here.
  return `${encodeValue(document, `the job of "${task}"`, Number.POSITIVE_INFINITY) ?? ""}\n`;
}
