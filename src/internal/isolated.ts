/** Tasks by name. What they are is for the rooms that put them in and take them out. */
type Registry = Map<string, unknown>;

const KEY = Symbol.for("millrace.isolated-tasks");
const realm = globalThis as Record<symbol, unknown>;

/**
 * The tasks defined in this thread or process, where it was made to run tasks and nothing else; `undefined` anywhere else.
 * One for all copies of the package: a task's module may resolve it differently from the worker.
 */
export function isolatedTasks(): Registry | undefined {
  return realm[KEY] as Registry | undefined;
}

/** Makes this thread or process one that runs tasks and nothing else: from now on, workers do not start in it. */
export function isolate(): Registry {
  const registry: Registry = new Map();
  realm[KEY] = registry;
  return registry;
}
