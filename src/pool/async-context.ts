/** What the code that a call leads to can read, in `body` and in all that `body` awaits. */
export interface AsyncVariable<T> {
  run<R>(value: T, body: () => R): R;
  get(): T | undefined;
}

/** Runs a function in the async context that was current when this was made. */
export type Snapshot = <R>(body: () => R) => R;

// Asked for by name at run time, since an import would keep browsers from loading the pool. Node, Deno and Bun have it.
const asyncHooks = (globalThis.process as typeof process | undefined)?.getBuiltinModule?.("node:async_hooks");

/** A variable that follows async calls; without the runtime's help, only until the body's first `await`. */
export function asyncVariable<T extends object>(): AsyncVariable<T> {
  if (asyncHooks !== undefined) {
    const storage = new asyncHooks.AsyncLocalStorage<T>();
    return { run: (value, body) => storage.run(value, body), get: () => storage.getStore() };
  }
  let current: T | undefined;
  return {
    run: (value, body) => {
      const outer = current;
      current = value;
      try {
        return body();
      } finally {
        current = outer;
      }
    },
    get: () => current,
  };
}

/** The async context of the caller; where the runtime has none, there is nothing to keep. */
export function snapshot(): Snapshot {
  if (asyncHooks === undefined) return (body) => body();
  // AsyncLocalStorage.snapshot() would do, at six times the price.
  const resource = new asyncHooks.AsyncResource("millrace.pool", { requireManualDestroy: true });
  return (body) => resource.runInAsyncScope(body);
}
