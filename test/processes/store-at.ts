import { openStore, storeChoice } from "../../src/app/open-store.ts";
import { appPlan } from "../../src/app/options.ts";
import type { Store } from "../../src/contracts/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";

const silent = (): void => {};
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** The open store at a URL, with no app around it. */
export async function storeAt(url: string): Promise<Store> {
  return openStore(storeChoice({ store: url }), appPlan({}), SILENT, systemClock);
}
