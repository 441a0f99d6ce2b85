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
  const { args, result, progress, meta, attempts, log, createdAt, runAt, expireAt, startedAt, finishedAt, ...rest } =
    record;
  return {
    ...rest,
    args: toNotation(args),
    ...("result" in record ? { result: toNotation(result) } : {}),
    ...("progress" in record ? { progress: toNotation(progress) } : {}),
    ...(meta === undefined ? {} : { meta: toNotation(meta) }),
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
