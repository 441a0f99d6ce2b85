import { existsSync } from "node:fs";
import { Millrace, type MillraceOptions } from "../app/index.ts";
import { type StoreUrl, storeUrl } from "../app/store-url.ts";
import type { Configuration, SettingKey } from "../config/index.ts";
import { ConfigurationError, StoreFileError } from "../errors/index.ts";
import type { Client, Logger } from "../index.ts";
import { DEFAULT_STORE } from "../internal/default-store.ts";
import type { Flags } from "./flags.ts";
import { noteLogger } from "./note-logger.ts";
import { configurationOf } from "./setting-flags.ts";

/** What a command works on. */
export interface Place {
  readonly configuration: Configuration;
  readonly store: string;
  /** The store's file, if it is one. */
  readonly file: string | undefined;
}

/**
 * @param own settings that have a flag in this command
 * @throws ConfigurationError, also for a store that ends with the process; StoreUrlError
 */
export async function placeOf(flags: Flags, own: readonly SettingKey[] = []): Promise<Place> {
  const configuration = await configurationOf(flags, own);
  const store = configuration.get("store") ?? "";
  const { scheme, location } = lastingStore(store);
  return { configuration, store, file: scheme === "sqlite" ? location : undefined };
}

/**
 * Takes the URL of a store apart that more than one command can work on.
 *
 * @throws ConfigurationError for one that ends with the process; StoreUrlError
 */
export function lastingStore(store: string): StoreUrl {
  const url = storeUrl(store);
  if (url.scheme !== "memory") return url;
  throw new ConfigurationError(
    `"${store}" ends with the process that opens it, so no command could find what another one sent; give a store that stays, such as ${DEFAULT_STORE}`,
  );
}

/** The app that the settings describe. */
export function openApp({ configuration, store }: Place, logger: Logger, debug: MillraceOptions["debug"]): Millrace {
  const options = configuration.pick({
    namespace: "namespace",
    token: "token",
    durability: "durability",
    retries: "retries",
    backoff: "backoff",
    retryOn: "retryOn",
    timeout: "timeout",
    hang: "hang",
    retention: "retention",
    attemptsKept: "attemptsKept",
    delivery: "delivery",
    expireAfter: "expireAfter",
    sendTimeout: "sendTimeout",
    maxPayloadBytes: "maxPayloadBytes",
  });
  return new Millrace({ ...options, store, logger, debug: debug ?? false });
}

/** Lets `work` use the app and its client; closes what was opened, whatever happens. */
export async function withClient<T>(flags: Flags, work: (client: Client, app: Millrace) => Promise<T>): Promise<T> {
  return withPlace(await placeOf(flags), flags, work);
}

/** The same for commands that only look or change: they make no store where there is none. */
export async function withExisting<T>(flags: Flags, work: (client: Client, app: Millrace) => Promise<T>): Promise<T> {
  const place = await placeOf(flags);
  refuseMissing(place);
  return withPlace(place, flags, work);
}

/** @throws StoreFileError when the store is a file that is not there */
function refuseMissing({ file, store }: Place): void {
  if (file === undefined || file === "" || existsSync(file)) return;
  throw new StoreFileError(
    `there is no store at ${file}. The first worker or send makes it; give --store or MILLRACE_STORE if it is elsewhere`,
    { details: { store } },
  );
}

async function withPlace<T>(
  place: Place,
  flags: Flags,
  work: (client: Client, app: Millrace) => Promise<T>,
): Promise<T> {
  const debug = flags.has("debug");
  const app = openApp(place, noteLogger(debug), debug);
  try {
    return await work(app.client(), app);
  } finally {
    await app.close();
  }
}
