import type { Redis } from "ioredis";
import type { Durability, Logger } from "../../contracts/index.ts";
import { ClosedError, StoreUnavailableError } from "../../errors/index.ts";
import { Connection } from "./connection.ts";
import { greet } from "./greeting.ts";
import type { RedisPlan } from "./redis-url.ts";
import { ReplicatedConnection } from "./replicated-connection.ts";
import type { Operation, Script } from "./scripts.ts";
import { type Client, type ClientParts, clientLike, clientOf, isCluster, listenerOf } from "./settings.ts";

export interface ConnectionsOptions {
  readonly plan: RedisPlan;
  readonly durability: Durability;
  readonly logger: Logger;
  readonly scripts: Readonly<Record<Operation, Script>>;
  /** A client of the user's own, of which others are made. */
  readonly client?: Client;
}

/** The connections of one store: one for what is asked, one for what is sent where that waits for replicas. */
export class Connections {
  readonly #options: ConnectionsOptions;
  #main: Connection | undefined;
  #senders: Connection | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** @throws StoreUnavailableError, ServerVersionError, ConfigurationError, DriverMissingError */
  async open(): Promise<void> {
    const { plan, durability, logger, scripts } = this.#options;
    const { place } = plan.settings;
    const main = new Connection(await this.#client("jobs"), scripts, place);
    this.#main = main;
    await main.open(plan.settings.answerLimitMs);
    const server = await greet(main, place, durability, logger);
    this.#senders = main;
    if (durability !== "replicated") return;
    this.#senders = new ReplicatedConnection(await this.#client("sends"), scripts, place, plan, server);
    await this.#senders.open(plan.settings.answerLimitMs);
  }

  get main(): Connection {
    return opened(this.#main);
  }

  get senders(): Connection {
    return opened(this.#senders);
  }

  /** Makes a client for listening, that does not reconnect by itself; in a cluster, to a node that is drawn. */
  async ears(): Promise<Redis> {
    const { client } = this.main;
    if (!isCluster(client)) return (await this.#client("ears", false)).client as Redis;
    const ears = listenerOf(client);
    if (ears === undefined) throw new StoreUnavailableError("the cluster has no node to listen to now");
    return ears;
  }

  async close(): Promise<void> {
    await this.#senders?.close();
    await this.#main?.close();
  }

  #client(purpose: string, reconnects = true): Promise<ClientParts> {
    const { plan, client } = this.#options;
    return client === undefined
      ? clientOf(plan.settings, purpose, reconnects)
      : clientLike(client, plan.settings, purpose, reconnects);
  }
}

function opened<T>(value: T | undefined): T {
  if (value === undefined) throw new ClosedError("the store is not open");
  return value;
}
