import type * as library from "ioredis";
import type { Cluster, ClusterOptions, Command, Redis, RedisOptions } from "ioredis";
import { DriverMissingError } from "../../errors/index.ts";
import { pauseMs } from "../../internal/patience.ts";

export type Client = Redis | Cluster;

/** A client, and what its library makes commands of. */
export interface ClientParts {
  readonly client: Client;
  readonly Command: typeof Command;
}

/** How to reach a server, as plain data: a thread can be given it. */
export interface Settings {
  readonly kind: "single" | "sentinel" | "cluster";
  /** The server, as messages name it: without secrets. */
  readonly place: string;
  readonly namespace: string;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** Options of the client. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A connection on which nothing was heard for this long after something was asked is taken for dead. */
  readonly answerLimitMs: number;
}

const LONGEST_PAUSE_MS = 1_000;

/** What every connection has, whatever its options: a call that fails says so at once, and core repeats it. */
function ownOptions({ namespace, answerLimitMs }: Settings, purpose: string, reconnects: boolean) {
  return {
    lazyConnect: true,
    protocol: 2,
    connectionName: `millrace:${namespace}:${purpose}`,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: answerLimitMs,
    // What reconnects is a Connection, whose watchdog costs less.
    socketTimeout: reconnects ? undefined : answerLimitMs,
    // The client of a sentinel is not ours to watch.
    sentinelCommandTimeout: answerLimitMs,
    // While it pauses, a watchdog hears nothing.
    maxLoadingRetryTime: Math.min(LONGEST_PAUSE_MS, answerLimitMs / 2),
    // A node that was a master is one no more: its sentinels, or the cluster, know who is.
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
    retryStrategy: (tries: number) => (reconnects ? pauseMs(tries) : null),
  } satisfies RedisOptions;
}

/** The same for a cluster, whose nodes do not reconnect by themselves. */
function ownClusterOptions(own: ReturnType<typeof ownOptions>) {
  const { lazyConnect: _, retryStrategy: __, enableOfflineQueue: ___, reconnectOnError: ____, ...redisOptions } = own;
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseMs,
    slotsRefreshTimeout: own.connectTimeout,
    // A call is sent where the cluster says that it belongs, and not repeated for any other reason: core does that.
    maxRedirections: 3,
    retryDelayOnClusterDown: 0,
    retryDelayOnFailover: 0,
    retryDelayOnTryAgain: 0,
    redisOptions: { ...redisOptions, socketTimeout: own.connectTimeout },
  } satisfies ClusterOptions;
}

/**
 * Makes a client that is not connected yet. `purpose` names it in the server's list of clients.
 *
 * @throws DriverMissingError when ioredis is not installed
 */
export async function clientOf(settings: Settings, purpose: string, reconnects = true): Promise<ClientParts> {
  const { Cluster, Command, Redis } = await ioredis();
  const own = ownOptions(settings, purpose, reconnects);
  const { kind, nodes, options } = settings;
  if (kind === "sentinel") return { client: new Redis({ ...options, ...own, sentinels: [...nodes] }), Command };
  if (kind === "single") return { client: new Redis({ ...options, ...own }), Command };
  const cluster = ownClusterOptions(own);
  const redisOptions = { ...options, ...cluster.redisOptions };
  return { client: new Cluster([...nodes], { ...cluster, redisOptions }), Command };
}

/** Makes a client like one of the user's own, not connected yet. */
export async function clientLike(
  client: Client,
  settings: Settings,
  purpose: string,
  reconnects = true,
): Promise<ClientParts> {
  const { Command } = await ioredis();
  const own = ownOptions(settings, purpose, reconnects);
  if (isCluster(client)) {
    const cluster = ownClusterOptions(own);
    const redisOptions = { ...(client.options.redisOptions as object), ...cluster.redisOptions };
    return { client: client.duplicate([], { ...cluster, redisOptions }), Command };
  }
  return { client: client.duplicate(own), Command };
}

export function isCluster(client: Client): client is Cluster {
  return client.isCluster;
}

/** Makes a client that listens to one node of a cluster, and does not reconnect by itself. */
export function listenerOf(cluster: Cluster): Redis | undefined {
  const nodes = cluster.nodes("master");
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  return node?.duplicate({ lazyConnect: true, retryStrategy: () => null });
}

async function ioredis(): Promise<Pick<typeof library, "Cluster" | "Command" | "Redis">> {
  try {
    return await import("ioredis");
  } catch (error) {
    throw new DriverMissingError('Redis needs the package "ioredis" beside Millrace: npm install ioredis@6', {
      cause: error,
    });
  }
}
