import type { Store } from "../../src/contracts/index.ts";

/** `before` the store is called · `underWay`: the call has left for its thread · `answered`: the caller has not heard yet. */
export interface Moment {
  readonly when: "before" | "underWay" | "answered";
  /** With `underWay`: how long after. */
  readonly ms: number;
}

/** A store whose next call is the process's last: SIGKILL at the named moment. */
export function deadlyStore(store: Store, moment: Moment): Store {
  return deadly(store, moment);
}

function deadly<T extends object>(target: T, moment: Moment): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (typeof value === "function") {
        return (...args: readonly unknown[]) => dying(moment, () => Reflect.apply(value, of, args) as Promise<unknown>);
      }
      return typeof value === "object" && value !== null ? deadly(value, moment) : value;
    },
  });
}

async function dying({ when, ms }: Moment, call: () => Promise<unknown>): Promise<void> {
  if (when === "before") die();
  const answer = call();
  if (when === "underWay") {
    // The calls of a turn leave in a microtask of their own, which was queued before this one.
    await Promise.resolve();
    const until = performance.now() + ms;
    while (performance.now() < until);
    die();
  }
  await answer;
  die();
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("a process outlived its SIGKILL");
}
