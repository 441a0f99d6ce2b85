/*
 * executors: how a body is run. Here: functions in this process, in threads and in child processes, and executable files.
 * Not here: when, how often, and what becomes of it.
 */
export { type Containment, type FoundContainment, checkConfinement, findContainment } from "./containment/index.ts";
export { ExecutableExecutor, ExecutableFolder, RunnableFile, WorkFolders } from "./executable/index.ts";
export { FunctionExecutor } from "./function-executor.ts";
export { BodyPool, IsolatedExecutor, ProcessBody, ThreadBody } from "./isolated/index.ts";
export { Launcher } from "./launcher/index.ts";
