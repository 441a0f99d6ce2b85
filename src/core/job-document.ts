import type { JobRecord } from "./job-record.ts";
import { toNotation } from "./notation.ts";
import type { LogLine } from "./notes.ts";
import type { StoredError } from "./stored-error.ts";

export interface DocumentOptions {
  /** Leave the stacks of errors out. Default false. */
  readonly withoutStacks?: boolean;
}

/** A record as JSON for other programs: times are ISO 8601, and values are in the form that Millrace stores. */
export function jobDocument(record: JobRecord, { withoutStacks = false }: DocumentOptions = {}): object {
  const { id, task, queue, state, args, result, error, progress, meta, attempts, log, ...rest } = record;
  const { createdAt, runAt, expireAt, startedAt, finishedAt, ...facts } = rest;
  const shownError = withoutStacks ? withoutStack : (of: StoredError): StoredError => of;
  return {
    id,
    task,
    queue,
    state,
    args: toNotation(args),
    ...("result" in record ? { result: toNotation(result) } : {}),
    ...("progress" in record ? { progress: toNotation(progress) } : {}),
    ...(error === undefined ? {} : { error: shownError(error) }),
    ...(meta === undefined ? {} : { meta: toNotation(meta) }),
    ...facts,
    createdAt: iso(createdAt),
    ...isoTimes({ runAt, expireAt, startedAt, finishedAt }),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      startedAt: iso(attempt.startedAt),
      endedAt: iso(attempt.endedAt),
      ...(attempt.error === undefined ? {} : { error: shownError(attempt.error) }),
    })),
    log: log.map(({ at, message }: LogLine) => ({ at: iso(at), message })),
  };
}

function withoutStack({ stack: _, cause, ...error }: StoredError): StoredError {
  return { ...error, ...(cause === undefined ? {} : { cause: withoutStack(cause) }) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoTimes(times: Readonly<Record<string, number | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(times).flatMap(([name, at]) => (at === undefined ? [] : [[name, iso(at)]])));
}
