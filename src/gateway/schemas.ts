import { z } from "zod";
import type { SendOptions } from "../client/index.ts";
import { JOB_STATES, type JobState, type Metadata } from "../core/index.ts";

/*
 * What requests and answers look like. These check shapes; what a name, a duration or an id must be is checked where it is
 * for every other client, in core.
 */

const duration: z.ZodType<string | number> = z
  .union([z.number(), z.string()])
  .describe('Milliseconds as a number, or a number with a unit: "250ms", "5s", "1.5m", "2h", "7d", "1w".');
const instant: z.ZodType<string | number> = z
  .union([z.string(), z.number()])
  .describe('ISO 8601 with a zone, such as "2030-01-31T09:00:00Z", or epoch milliseconds.');
const retentionTime: z.ZodType<string | number> = duration.describe('A duration, "forever" or "none".');

const retention = z
  .union([retentionTime, z.strictObject({ status: retentionTime.optional(), result: retentionTime.optional() })])
  .describe("How long the finished job is kept: one time for both, or status and result apart. Default one day.");

/** A job to be sent. */
export interface JobToSend extends Omit<SendOptions, "retries"> {
  readonly task: string;
  readonly args?: readonly unknown[];
  readonly retries?: number | readonly (string | number)[];
}

export const jobToSend: z.ZodType<JobToSend> = z.strictObject({
  task: z.string().describe("The name of the task."),
  args: z
    .array(z.unknown())
    .optional()
    .describe(
      'Its arguments. A whole number beyond 2^53 is kept exactly, and reads back as {"$bigint": "…"}; a key of your own that starts with $ gets one more $.',
    ),
  id: z.string().optional().describe("An id of your own, 1–128 printable ASCII characters: sent twice, it is one job."),
  queue: z.string().optional().describe('Where it waits. Default "default".'),
  priority: z.number().optional().describe("0–9, higher first. Default 0."),
  runAfter: duration.optional().describe("Earliest start, from now. A duration."),
  runAt: instant.optional().describe("Earliest start. A moment."),
  expireAfter: duration.optional().describe("Not started by then: `expired`. A duration from now."),
  expireAt: instant.optional().describe("Not started by then: `expired`. A moment."),
  timeout: duration.optional().describe("How long one attempt may run."),
  hang: duration.optional().describe("How long a function that ignores its timeout is waited for."),
  retries: z
    .union([z.number(), z.array(duration)])
    .optional()
    .describe('Attempts after the first; or a list of the gaps before each, such as ["5s", "8s", "9s"].'),
  backoff: z
    .union([
      z.enum(["none", "exponential"]),
      z.strictObject({ baseMs: z.number().optional(), maxMs: z.number().optional(), jitter: z.boolean().optional() }),
      z.array(duration),
    ])
    .optional()
    .describe("Time before each retry. Default exponential, from 100 ms to 50 s."),
  retryOn: z.enum(["error", "timeout"]).optional().describe("What is retried. Default any error."),
  retention: retention.optional(),
  attemptsKept: z.number().optional().describe("How many attempts are kept with the job. Default 11."),
  delivery: z.enum(["at-least-once", "at-most-once"]).optional(),
  // Read as it is, so that no key of it is lost; that it is an object is checked where it is encoded.
  meta: (z.unknown() as z.ZodType<Metadata>).optional().meta({ type: "object" }).describe("Travels with the job."),
  traceparent: z.string().optional().describe("W3C Trace Context. Default: the request's own header."),
}) as z.ZodType<JobToSend>;

export const jobsToSend: z.ZodType<{ readonly jobs: readonly JobToSend[] }> = z.strictObject({
  jobs: z.array(jobToSend).min(1).max(1_000).describe("All of them or none are accepted."),
});

const sentJob = z.object({
  id: z.string(),
  existed: z.boolean().describe("A job of this id was there already, and was left as it is."),
});
export const sent: z.ZodType = z.union([sentJob, z.object({ jobs: z.array(sentJob) })]);

export const idParams: z.ZodType<{ readonly id: string }> = z.strictObject({ id: z.string() });
export const queueParams: z.ZodType<{ readonly queue: string }> = z.strictObject({ queue: z.string() });
export const waitQuery: z.ZodType<{ readonly wait?: string | undefined }> = z.strictObject({
  wait: z
    .string()
    .optional()
    .describe('Wait this long for the job to finish, such as "30s"; at most 60 s. Default: not at all.'),
});

const ids = z.array(z.string()).min(1).max(1_000);
export const idsBody: z.ZodType<{ readonly ids: readonly string[] }> = z.strictObject({ ids });
export const waitBody: z.ZodType<{ readonly ids: readonly string[]; readonly timeout?: string | number | undefined }> =
  z.strictObject({
    ids,
    timeout: duration.optional().describe("At most 60 s. Default 30 s."),
  });
export const cancelBody: z.ZodType<{ readonly ids: readonly string[]; readonly retention?: SendOptions["retention"] }> =
  z.strictObject({ ids, retention: retention.optional() }) as z.ZodType<{ readonly ids: readonly string[] }>;

/** Which jobs a list is of. */
export interface PageQuery {
  readonly queue?: string | undefined;
  readonly task?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const page = {
  queue: z.string().optional().describe("Only jobs of this queue."),
  task: z.string().optional().describe("Only jobs of this task."),
  limit: z.coerce.number().int().min(1).max(1_000).optional().describe("1–1,000. Default 50."),
  cursor: z.string().optional().describe("Where an earlier page ended."),
};
export const deadQuery: z.ZodType<PageQuery> = z.strictObject(page);
export const listQuery: z.ZodType<PageQuery & { readonly state?: JobState | undefined }> = z.strictObject({
  ...page,
  state: z.enum(JOB_STATES).optional().describe("Only jobs in this state."),
});

/** Which dead letters are meant: those named, or all, or all of a queue or task. */
export interface DeadChoice {
  readonly ids?: readonly string[] | undefined;
  readonly all?: true | undefined;
  readonly queue?: string | undefined;
  readonly task?: string | undefined;
}
export const namedDead: z.ZodType<DeadChoice> = z.strictObject({ ids: z.array(z.string()).min(1).max(100) });
export const allDead: z.ZodType<DeadChoice> = z.strictObject({
  all: z.literal(true),
  queue: z.string().optional(),
  task: z.string().optional(),
});
export const purgeAllDead: z.ZodType<DeadChoice> = z.strictObject({ all: z.literal(true) });

const time = z.iso.datetime();
const storedError = z.looseObject({ name: z.string(), message: z.string(), code: z.string().optional() });
export const jobDocument: z.ZodType = z
  .looseObject({
    id: z.string(),
    task: z.string(),
    queue: z.string(),
    state: z.enum(JOB_STATES),
    args: z.array(z.unknown()),
    result: z.unknown().optional().describe("With `succeeded`: the value, unless it is no longer kept."),
    resultGone: z.boolean(),
    progress: z.unknown().optional(),
    error: storedError.optional().describe("Why it failed; the stack is for tokens with the scope admin."),
    meta: z.unknown().optional(),
    priority: z.number(),
    attempt: z.number().describe("Number of the attempt under way, or of the last one; 0 before the first."),
    attempts: z.array(
      z.looseObject({ number: z.number(), startedAt: time, endedAt: time, worker: z.string(), outcome: z.string() }),
    ),
    crashes: z.number(),
    cancelRequested: z.boolean(),
    createdAt: time,
    runAt: time.optional(),
    expireAt: time.optional(),
    startedAt: time.optional(),
    finishedAt: time.optional(),
    worker: z.string().optional(),
    log: z.array(z.object({ at: time, message: z.string() })),
  })
  .describe("A job as it was when it was read.");

export const resultDocument: z.ZodType = z.object({
  exists: z.boolean().describe("Whether there is a result: the job is final."),
  success: z.boolean().describe("Whether the job succeeded."),
  result: z.unknown().describe("Its value; null where there is none."),
  state: z.enum(JOB_STATES).nullable().describe("null: there is no job with this id."),
  error: storedError.optional(),
});
export const jobPage: z.ZodType = z.object({ jobs: z.array(jobDocument), cursor: z.string().optional() });
export const queueDocument: z.ZodType = z.object({
  queue: z.string(),
  paused: z.literal(true).optional(),
  counts: z.partialRecord(z.enum(JOB_STATES), z.number()),
});
export const workerDocument: z.ZodType = z.object({
  name: z.string(),
  queues: z.record(z.string(), z.number()),
  tasks: z.array(z.string()),
  running: z.number(),
  version: z.string(),
  host: z.string(),
  pid: z.number(),
  startedAt: time,
  seenAt: time,
});
export const problemDocument: z.ZodType = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string().describe("One of the error codes, which stays the same."),
    retryable: z.boolean().describe("Whether the very same request may succeed later."),
    details: z.unknown().optional(),
  })
  .describe("RFC 9457.");
