import type { Backend, Keep, StoredJob } from "../contracts/index.ts";
import type { JobState } from "../core/state.ts";

/** How long a broker may take to hand out a job that has become due, at the least: workers may be away. */
const LATE_MS = 86_400_000;

/**
 * Cancels by the records alone. The broker goes on carrying the jobs, and when it hands one out, it is the record that refuses it.
 * So the retention of one that waits for its time begins at that time.
 */
export async function cancelRecords(
  backend: Backend,
  ids: readonly string[],
  keep: Keep,
): Promise<readonly (JobState | undefined)[]> {
  const { recordMs } = keep;
  if (recordMs === null || ids.length === 0) return backend.requestCancel(ids, keep);
  const records = await backend.load(ids);
  const places = Map.groupBy(ids.keys(), (at) => waitMs(records[at]));
  const states: (JobState | undefined)[] = [];
  for (const [wait, group] of places) {
    const longer = wait === 0 ? keep : { ...keep, recordMs: wait + Math.max(recordMs, LATE_MS) };
    const cancelled = await backend.requestCancel(
      group.map((at) => ids[at] ?? ""),
      longer,
    );
    for (const [index, at] of group.entries()) states[at] = cancelled[index];
  }
  return states;
}

/** How long a job that waits for its time waits at the most, by the backend's clock alone. */
function waitMs(record: StoredJob | undefined): number {
  if (record?.runAt === undefined) return 0;
  return Math.max(record.runAt - (record.startedAt ?? record.createdAt), 0);
}
