import type { JobContext } from "../../context/index.ts";
import { encodeValue } from "../../core/index.ts";

/** Which version of what is said between Millrace and a program is spoken; see docs/executables.md. */
export const PROTOCOL_VERSION = 1;

/** A job as one line of JSON for a program that is started for it. */
export function jobDocument(job: JobContext, args: readonly unknown[]): string {
  return line(job, { protocol: PROTOCOL_VERSION, task: job.task, ...whatVaries(job, args) });
}

/**
 * A job as one line of JSON for a resident program, without what its environment has said once and for all. Some
 * languages read a pipe byte by byte, so that the line's length is most of what a job costs them.
 */
export function residentJobDocument(job: JobContext, args: readonly unknown[]): string {
  return line(job, whatVaries(job, args));
}

/** What one job of a task does not share with the next. */
function whatVaries(job: JobContext, args: readonly unknown[]): object {
  const { id, queue, attempt, retriesLeft, createdAt, expireAt, deadline, meta, traceparent } = job;
  return {
    id,
    queue,
    attempt,
    retriesLeft,
    createdAt,
    expireAt,
    deadline,
    traceparent,
    meta: Object.keys(meta).length === 0 ? undefined : meta,
    args,
  };
}

function line({ task }: JobContext, document: object): string {
  // What was accepted once has no limit here.
  return `${encodeValue(document, `the job of "${task}"`, Number.POSITIVE_INFINITY) ?? ""}\n`;
}
