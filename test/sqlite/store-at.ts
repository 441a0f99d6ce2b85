import type { Store } from "../../src/contracts/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";

const silent = (): void => {};

/** The open store of a file, with no app around it. */
export async function storeAt(location: string): Promise<Store> {
  const store = sqlite.store!({
    location,
    parameters: {},
    namespace: "millrace",
    durability: "full",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: systemClock,
  });
  await store.open();
  return store;
}
