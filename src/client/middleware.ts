import type { Metadata } from "../core/index.ts";

/** A job about to be sent, as a middleware sees it. */
export interface OutgoingJob {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly args: readonly unknown[];
  /** May be replaced, to let something travel with the job. */
  meta: Metadata | undefined;
  /** May be replaced; W3C Trace Context. */
  traceparent: string | undefined;
}

/** Runs around each send. Resolve by calling `next`, once; throw to refuse the send. */
export type SendMiddleware = (job: OutgoingJob, next: () => Promise<void>) => Promise<void>;
