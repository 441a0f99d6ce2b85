/*
 * worker: running jobs.
 * Here: the conversation with the store, slots, leases, attempts, decisions, callbacks, shutdown.
 * Not here: how a body is run (executors), how a job is sent (client).
 */
export type { RunMiddleware } from "./run-middleware.ts";
export { Worker, type WorkerHealth, type WorkerState } from "./worker.ts";
export type { JobInfo, WorkerEvents } from "./worker-events.ts";
export type { ExecutablesInForce, Executors } from "./worker-host.ts";
export type { WorkerOptions } from "./worker-options.ts";
