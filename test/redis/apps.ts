import { storeUrl } from "../../src/app/store-url.ts";
import type { Store } from "../../src/contracts/index.ts";
import { redis } from "../../src/drivers/redis/index.ts";
import { type Logger, Millrace, type MillraceOptions } from "../../src/index.ts";
import { systemClock } from "../../src/internal/system-clock.ts";

const silent = (): void => {};
const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

export function appOn(url: string, options: MillraceOptions = {}): Millrace {
  return new Millrace({ store: url, logger: SILENT, ...options });
}

/** The store itself, opened. */
export async function storeOn(url: string, namespace: string): Promise<Store> {
  const store = redis.store!({ ...storeUrl(url), namespace, durability: "normal", logger: SILENT, clock: systemClock });
  await store.open();
  return store;
}

/** A logger that keeps what it is warned of. */
export function listening(): { readonly logger: Logger; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  return { warnings, logger: { ...SILENT, warn: (message) => void warnings.push(message) } };
}

/** The reason of a promise that must be rejected. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was resolved");
}
