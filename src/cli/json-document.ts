import type { JobRecord, LogLine } from "../core/index.ts";
import { toNotation } from "./bigint-notation.ts";
import { terminal } from "./terminal.ts";
import { iso } from "./times.ts";
import { visibleJson } from "./visible.ts";

/** Prints the one document that a command with `--json` answers with. */
export function printJson(document: object): void {
  terminal.print(visibleJson(JSON.stringify(document, null, 2)));
}

/** A job for programs: the record, with times as ISO 8601 and values in the form that Millrace stores. */
export function jobDocument(record: JobRecord): object {
  const { id, task, queue, state, args, result, error, progress, meta, attempts, log, ...rest } = record;
  const { createdAt, runAt, expireAt, startedAt, finishedAt, ...facts } = rest;
  return {
    id,
    task,
    queue,
    state,
    args: toNotation(args),
    ...("result" in record ? { result: toNotation(result) } : {}),
    ...("progress" in record ? { progress: toNotation(progress) } : {}),
    ...(error === undefined ? {} : { error }),
    ...(meta === undefined ? {} : { meta: toNotation(meta) }),
    ...facts,
    createdAt: iso(createdAt),
    ...isoTimes({ runAt, expireAt, startedAt, finishedAt }),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      startedAt: iso(attempt.startedAt),
      endedAt: iso(attempt.endedAt),
    })),
    log: log.map(({ at, message }: LogLine) => ({ at: iso(at), message })),
  };
}

function isoTimes(times: Readonly<Record<string, number | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(times).flatMap(([name, at]) => (at === undefined ? [] : [[name, iso(at)]])));
}
