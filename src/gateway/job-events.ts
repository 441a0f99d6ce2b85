import { recordOf } from "../client/index.ts";
import type { StoredJob } from "../contracts/index.ts";
import { type LogLine, type JobRecord, isFinal, jobDocument, toNotation } from "../core/index.ts";
import { type EventSource, event } from "./event-stream.ts";

/**
 * The events of one job: `state` when it changes, `progress`, `log` for each line, and `end` with the record, which is the
 * last. It begins with what is known at its start.
 */
export class JobEvents implements EventSource {
  readonly #withoutStacks: boolean;
  readonly #stop: () => void;
  #latest: StoredJob | undefined;
  #told: StoredJob | undefined;
  #log: readonly LogLine[] = [];
  #ended = false;

  constructor(
    job: StoredJob,
    withoutStacks: boolean,
    follow: (listener: (job: StoredJob | undefined) => void) => () => void,
    changed: () => void,
  ) {
    this.#latest = job;
    this.#withoutStacks = withoutStacks;
    this.#stop = follow((next) => {
      const same =
        next?.state === this.#told?.state && next?.attempt === this.#told?.attempt && next?.notes === this.#told?.notes;
      this.#latest = next;
      if (!same) changed();
    });
  }

  next(): readonly string[] {
    const job = this.#latest;
    const told = this.#told;
    if (job === told) return [];
    if (job === undefined) {
      this.#ended = true;
      return [event("gone", {})];
    }
    const record = recordOf(job, undefined);
    this.#told = job;
    this.#ended = isFinal(job.state);
    return [
      ...(job.state === told?.state && job.attempt === told.attempt ? [] : [event("state", stateOf(record))]),
      ...(job.notes === told?.notes ? [] : this.#notes(record)),
      ...(this.#ended ? [event("end", jobDocument(record, { withoutStacks: this.#withoutStacks }))] : []),
    ];
  }

  ended(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#stop();
  }

  #notes(record: JobRecord): string[] {
    const before = this.#log;
    this.#log = record.log;
    return [
      ...("progress" in record ? [event("progress", { progress: toNotation(record.progress) })] : []),
      ...newLines(before, record.log).map(({ at, message }) =>
        event("log", { at: new Date(at).toISOString(), message }),
      ),
    ];
  }
}

/** The lines that came since: only the latest are kept, so the end of the old ones is looked for in the new ones. */
export function newLines(before: readonly LogLine[], now: readonly LogLine[]): readonly LogLine[] {
  for (let kept = Math.min(before.length, now.length); kept > 0; kept -= 1) {
    const tail = before.slice(-kept);
    if (tail.every((line, at) => line.at === now[at]?.at && line.message === now[at].message)) return now.slice(kept);
  }
  return now;
}

function stateOf({ id, task, queue, state, attempt, worker }: JobRecord): object {
  return { id, task, queue, state, attempt, ...(worker === undefined ? {} : { worker }) };
}
