import type { StoredJob } from "../../contracts/index.ts";
import { storedJob } from "./stored-record.ts";

/** load.lua's reply. */
export type RawJobs = readonly [
  now: number,
  records: readonly (string | null)[],
  progress: readonly (string | null)[],
  running: readonly (string | null)[],
];

/** Jobs as they were read, and when. */
export interface Loaded {
  readonly now: number;
  readonly jobs: readonly (StoredJob | undefined)[];
}

/** Reads what is stored of jobs. */
export function readJobs(ids: readonly string[], [now, records, progress, running]: RawJobs): Loaded {
  const jobs = ids.map((id, at) => storedJob(id, records[at] ?? null, progress[at] ?? null, running[at] ?? null, now));
  return { now, jobs };
}
