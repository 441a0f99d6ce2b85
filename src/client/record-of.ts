import type { StoredJob } from "../contracts/index.ts";
import {
  type Attempt,
  type CodeScheme,
  JobRecord,
  decodeError,
  decodeNotes,
  decodeTrail,
  decodeValue,
  readContents,
  stateCode,
  storedError,
} from "../core/index.ts";
import { JobExpiredError } from "../errors/index.ts";

/** The public record of a stored job. */
export function recordOf(job: StoredJob, codes: CodeScheme | undefined): JobRecord {
  const body = readContents(job.body);
  const notes = decodeNotes(job.notes);
  const attempt = job.state === "running" ? job.attempt + 1 : job.attempt;
  const error = errorOf(job);
  return new JobRecord({
    id: job.id,
    task: job.task,
    queue: job.queue,
    state: job.state,
    ...(codes === undefined ? {} : { code: stateCode(codes, job.state, attempt) }),
    priority: job.priority,
    args: body.args,
    ...(body.meta === undefined ? {} : { meta: body.meta }),
    ...(body.traceparent === undefined ? {} : { traceparent: body.traceparent }),
    attempt,
    attempts: attemptsOf(job),
    crashes: job.crashes,
    cancelRequested: job.cancelRequested,
    createdAt: job.createdAt,
    ...(job.runAt === undefined ? {} : { runAt: job.runAt }),
    ...(job.expireAt === undefined ? {} : { expireAt: job.expireAt }),
    ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
    ...(job.finishedAt === undefined ? {} : { finishedAt: job.finishedAt }),
    ...(job.worker === undefined ? {} : { worker: job.worker }),
    ...(notes.progress === undefined ? {} : { progress: readValue(notes.progress) }),
    log: notes.log ?? [],
    ...(job.result === undefined ? {} : { result: readValue(job.result) }),
    resultGone: job.resultGone === true,
    ...(error === undefined ? {} : { error }),
  });
}

/** A value that cannot be read must not make the rest unreadable; who asks for it alone is told of it: see `Client.resultOf`. */
function readValue(text: string): unknown {
  try {
    return decodeValue(text);
  } catch {
    return undefined;
  }
}

/** A job that succeeded at its first attempt has no trail: its only attempt stands in the record itself. */
function attemptsOf(job: StoredJob): readonly Attempt[] {
  if (job.trail !== undefined) return decodeTrail(job.trail).attempts;
  if (job.state !== "succeeded") return [];
  const endedAt = job.finishedAt ?? job.createdAt;
  return [
    {
      number: job.attempt,
      startedAt: job.startedAt ?? endedAt,
      endedAt,
      worker: job.worker ?? "",
      outcome: "succeeded",
    },
  ];
}

function errorOf(job: StoredJob): ReturnType<typeof storedError> | undefined {
  if (job.error !== undefined) return decodeError(job.error);
  return job.state === "expired"
    ? storedError(new JobExpiredError(`job ${job.id} was not started by its expiry`))
    : undefined;
}
