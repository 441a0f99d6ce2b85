import type { JobContext } from "../context/index.ts";

/** Runs around each attempt. `next` runs the rest and gives the task's value; what this returns is the value. */
export type RunMiddleware = (job: JobContext, next: () => Promise<unknown>) => Promise<unknown>;
