import type { PoolState } from "./pool-handle.ts";
import type { PoolJob } from "./pool-job.ts";

/** What a job asks of the pool that has it. */
export interface JobHost {
  cancel(job: PoolJob, reason: unknown): PoolState;
  /** The code that runs now has asked for one of the job's promises. */
  noteWait(job: PoolJob, kind: "room" | "result"): void;
}
