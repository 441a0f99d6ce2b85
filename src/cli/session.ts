import { existsSync } from "node:fs";
import { storeUrl } from "../app/store-url.ts";
import { DEFAULT_STORE, Millrace, type MillraceOptions } from "../app/index.ts";
import { ConfigurationError, StoreFileError } from "../errors/index.ts";
import type { Client, Logger } from "../index.ts";
import type { Flags } from "./flags.ts";
import { QuietLogger } from "./quiet-logger.ts";

/** What a command works on, by flags and environment. */
export interface Place {
  readonly store: string;
  readonly namespace: string | undefined;
  /** The store's file, if it is one. */
  readonly file: string | undefined;
}

/** @throws StoreUrlError, ConfigurationError for a store that ends with the process */
export function placeOf(flags: Flags): Place {
  const store = flags.text("store") ?? setting("MILLRACE_STORE") ?? DEFAULT_STORE;
  const { scheme, location } = storeUrl(store);
  if (scheme === "memory") {
    throw new ConfigurationError(
      `"${store}" ends with the process that opens it, so no command could find what another one sent; give a store that stays, such as ${DEFAULT_STORE}`,
    );
  }
  return {
    store,
    namespace: flags.text("namespace") ?? setting("MILLRACE_NAMESPACE"),
    file: scheme === "sqlite" ? location : undefined,
  };
}

export function openApp(
  { store, namespace }: Place,
  flags: Flags,
  logger: Logger,
  run: Pick<MillraceOptions, "timeout"> = {},
): Millrace {
  const options: MillraceOptions = { store, logger, debug: flags.has("debug"), ...run };
  return new Millrace(namespace === undefined ? options : { ...options, namespace });
}

/** Lets `work` use a client of the store; closes what was opened, whatever happens. */
export async function withClient<T>(flags: Flags, work: (client: Client) => Promise<T>): Promise<T> {
  const place = placeOf(flags);
  const app = openApp(place, flags, new QuietLogger(flags.has("debug")));
  try {
    return await work(app.client());
  } finally {
    await app.close();
  }
}

/** The same for commands that only look or change: they make no store where there is none. */
export async function withExisting<T>(flags: Flags, work: (client: Client) => Promise<T>): Promise<T> {
  const { file, store } = placeOf(flags);
  if (file !== undefined && file !== "" && !existsSync(file)) {
    throw new StoreFileError(
      `there is no store at ${file}. The first worker or send makes it; give --store or MILLRACE_STORE if it is elsewhere`,
      { details: { store } },
    );
  }
  return withClient(flags, work);
}

/** An empty variable is as good as none. */
function setting(name: string): string | undefined {
  return process.env[name] || undefined;
}
