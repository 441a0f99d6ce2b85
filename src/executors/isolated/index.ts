/*
 * isolated: functions in threads and in child processes of Node, where they can be ended.
 * Here: both ends of the line to them. Not here: when a body is to be ended.
 */
export { BodyPool } from "./body-pool.ts";
export { IsolatedExecutor } from "./isolated-executor.ts";
export { ProcessBody } from "./process-body.ts";
export { ThreadBody } from "./thread-body.ts";
