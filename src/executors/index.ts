/*
 * executors: how a body is run. Here: functions in this process. Not here: when, how often, and what becomes of it.
 */
export { FunctionExecutor } from "./function-executor.ts";
