import type { StoredJob } from "../../contracts/index.ts";
import { type JobState, type LogLine, encodeBody, encodeEnvelope, encodeNotes, encodeTrail } from "../../core/index.ts";

/** A job as the gateway writes it. Values in it are in the form in which they are stored. */
interface JobDocument {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly state: JobState;
  readonly args: readonly unknown[];
  readonly result?: unknown;
  readonly resultGone: boolean;
  readonly progress?: unknown;
  readonly error?: object;
  readonly meta?: object;
  readonly traceparent?: string;
  readonly priority: number;
  readonly attempt: number;
  readonly attempts: readonly { readonly startedAt: string; readonly endedAt: string }[];
  readonly crashes: number;
  readonly cancelRequested: boolean;
  readonly createdAt: string;
  readonly runAt?: string;
  readonly expireAt?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly worker?: string;
  readonly log: readonly { readonly at: string; readonly message: string }[];
}

const TIMES = ["runAt", "expireAt", "startedAt", "finishedAt"] as const;

/** The stored job of which a document was made, as far as a client can see it. */
export function storedJob(document: unknown): StoredJob {
  const job = document as JobDocument;
  const { id, task, queue, state, priority, crashes, cancelRequested, worker } = job;
  const meta = job.meta === undefined ? undefined : JSON.stringify(job.meta);
  const notes = notesOf(job);
  return {
    id,
    task,
    queue,
    state,
    priority,
    crashes,
    cancelRequested,
    body: encodeBody(JSON.stringify(job.args), encodeEnvelope({}, meta, job.traceparent)),
    // What a lease is worth is between the store and its workers.
    lease: 0,
    attempt: state === "running" ? job.attempt - 1 : job.attempt,
    createdAt: Date.parse(job.createdAt),
    ...Object.fromEntries(TIMES.flatMap((name) => (job[name] === undefined ? [] : [[name, Date.parse(job[name])]]))),
    ...(worker === undefined ? {} : { worker }),
    ...("result" in job ? { result: JSON.stringify(job.result) } : {}),
    ...(job.resultGone ? { resultGone: true } : {}),
    ...(job.error === undefined ? {} : { error: JSON.stringify(job.error) }),
    ...(job.attempts.length === 0 ? {} : { trail: trailOf(job) }),
    ...(notes === undefined ? {} : { notes }),
  };
}

function trailOf({ attempts }: JobDocument): string {
  const inMs = attempts.map((attempt) => ({
    ...attempt,
    startedAt: Date.parse(attempt.startedAt),
    endedAt: Date.parse(attempt.endedAt),
  }));
  return encodeTrail({ attempts: inMs as unknown as Parameters<typeof encodeTrail>[0]["attempts"] });
}

function notesOf(job: JobDocument): string | undefined {
  if (!("progress" in job) && job.log.length === 0) return undefined;
  const log = job.log.map(({ at, message }): LogLine => ({ at: Date.parse(at), message }));
  return encodeNotes({ ...("progress" in job ? { progress: JSON.stringify(job.progress) } : {}), log });
}
