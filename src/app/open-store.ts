import type { Backend, Broker, Clock, Driver, DriverOptions, Logger, Store } from "../contracts/index.ts";
import { CapabilityError, StoreUnavailableError } from "../errors/index.ts";
import { DEFAULT_STORE } from "../internal/default-store.ts";
import { lacksDescriptors } from "../internal/lacks-descriptors.ts";
import { pair, withoutBackend } from "../pair/index.ts";
import { DRIVERS } from "./drivers.ts";
import type { AppPlan, MillraceOptions, SystemOptions } from "./options.ts";
import { type System, systemOf } from "./system.ts";
import { storeUrl } from "./store-url.ts";

/** What the options say the store is, checked but not opened. */
export type StoreChoice =
  | { readonly kind: "store"; readonly store: System | Store }
  | { readonly kind: "pair"; readonly broker: System | Broker; readonly backend: System | Backend | undefined };

/** @throws StoreUrlError */
export function storeChoice({ store = DEFAULT_STORE, broker, backend }: MillraceOptions): StoreChoice {
  if (broker === undefined) return { kind: "store", store: located<Store>(store) };
  // One system under both names is a store, and as one it settles in one step.
  if (typeof broker === "string" && broker === backend && !isPrivate(broker)) {
    return { kind: "store", store: storeUrl(broker) };
  }
  return { kind: "pair", broker: located(broker), backend: backend === undefined ? undefined : located(backend) };
}

/**
 * Refuses what only a store itself can do, where the store is reached through a gateway.
 *
 * @throws CapabilityError
 */
export function demandOwnStore(choice: StoreChoice, what: string): void {
  if (choice.kind !== "store" || !("scheme" in choice.store) || !/^https?$/.test(choice.store.scheme)) return;
  throw new CapabilityError(
    `${what} needs the store itself, and a gateway is none: it sends jobs and reads them. Give the store's own URL where jobs are run`,
  );
}

/** Makes and opens the store; what was opened is closed again when a part fails. */
export async function openStore(choice: StoreChoice, plan: AppPlan, logger: Logger, clock: Clock): Promise<Store> {
  const shared = { namespace: plan.namespace, durability: plan.durability, token: plan.token, logger, clock };
  const store = await makeStore(choice, shared);
  try {
    await store.open();
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
  const remembers = choice.kind === "store" || choice.backend !== undefined;
  if (remembers && store.backendCapabilities.volatile) {
    logger.warn('this backend may drop records before their retention is over: "forever" is best effort');
  }
  return store;
}

type Shared = Pick<DriverOptions, "namespace" | "durability" | "token" | "logger" | "clock">;

async function makeStore(choice: StoreChoice, shared: Shared): Promise<Store> {
  if (choice.kind === "store") return made(choice.store, shared, "store");
  const broker = await made(choice.broker, shared, "broker");
  if (choice.backend === undefined) return withoutBackend(broker);
  return pair(broker, await made(choice.backend, shared, "backend"));
}

interface Roles {
  readonly store: Store;
  readonly broker: Broker;
  readonly backend: Backend;
}

async function made<K extends keyof Roles>(from: System | Roles[K], shared: Shared, role: K): Promise<Roles[K]> {
  if (!("scheme" in from)) return from;
  const driver = await loaded(from.scheme);
  const make = driver?.[role] as ((options: DriverOptions) => Roles[K]) | undefined;
  if (make === undefined) throw new CapabilityError(`"${from.scheme}:" cannot be a ${role}`);
  return make({ ...from, ...shared });
}

/** A driver is loaded at its first use, when the process may have no file descriptor left to read its modules with. */
async function loaded(scheme: string): Promise<Driver | undefined> {
  try {
    return await DRIVERS.get(scheme)?.();
  } catch (error) {
    if (!lacksDescriptors(error)) throw error;
    throw new StoreUnavailableError(
      `no file descriptor is left to load the driver of "${scheme}:" with. Close files, or raise the limit (ulimit -n), and it goes on`,
      { cause: error },
    );
  }
}

function located<T extends object>(value: string | SystemOptions | T): System | T {
  return typeof value === "string" || isSystem(value) ? systemOf(value) : value;
}

function isSystem(value: object): value is SystemOptions {
  return "url" in value && typeof value.url === "string";
}

/** Two unnamed memories are two. */
function isPrivate(url: string): boolean {
  return url === "memory:";
}
