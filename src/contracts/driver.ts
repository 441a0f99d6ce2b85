import type { Backend } from "./backend.ts";
import type { Broker } from "./broker.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { Store } from "./store.ts";

/** What an accepted job survives: the end of every process, a power cut, the loss of a server. */
export type Durability = "normal" | "full" | "replicated";

/** What every driver is given. */
export interface DriverOptions {
  /** The URL's scheme, where the driver has several. Default: its own. */
  readonly scheme?: string;
  /** What follows the scheme in the URL, without the query. */
  readonly location: string;
  /** The URL's query, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Separates apps in one system; `[a-z0-9][a-z0-9_-]*`, at most 40 characters. */
  readonly namespace: string;
  /** A driver that cannot offer one refuses it. */
  readonly durability: Durability;
  /** A secret that the system asks for. Never part of the URL, which is logged. */
  readonly token?: string | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Options for the system's client library beside the URL, as that library documents them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A client of the user's own, made by that library. The driver makes more like it, and never closes this one. */
  readonly client?: object;
}

/** Makes connections to one kind of system. A driver offers the roles it can fill. */
export interface Driver {
  /** The URL's scheme, without the colon. */
  readonly scheme: string;
  store?(options: DriverOptions): Store;
  broker?(options: DriverOptions): Broker;
  backend?(options: DriverOptions): Backend;
}
