import type { DriverOptions, Store } from "../../../src/contracts/index.ts";
import { memory } from "../../../src/drivers/memory/index.ts";

/** A memory store with some of its methods replaced; the rest are those of the whole one. */
export function altered(options: DriverOptions, change: (store: Store) => Partial<Store>): Store {
  const store = memory.store!(options);
  const changed = change(store);
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(changed, name) ? changed : target, name);
      // Bound, because the store's private fields are not the proxy's.
      return typeof value === "function" && !Object.hasOwn(changed, name) ? value.bind(target) : value;
    },
  });
}
