import type { Durability, Logger } from "../../contracts/index.ts";
import { ConfigurationError, ServerVersionError, StoreUnavailableError } from "../../errors/index.ts";
import type { Connection } from "./connection.ts";
import { isCluster } from "./settings.ts";

/** LMPOP, shebangs of scripts and their flags came with it. */
const OLDEST = 7;

/** What a server can do. */
export interface Server {
  /** It can say when its disk, and its replicas', have what was written. */
  readonly waitsForDisk: boolean;
}

/**
 * Looks at who is there before anything is stored, and warns of what would lose jobs.
 *
 * @throws ServerVersionError, ConfigurationError
 */
export async function greet(
  connection: Connection,
  place: string,
  durability: Durability,
  logger: Logger,
): Promise<Server> {
  // A client that connects passes over a database that there is not.
  const { client } = connection;
  if (!isCluster(client)) await connection.ask(() => client.select(client.options.db ?? 0));
  const info = await infoOf(connection);
  if (info === undefined) return { waitsForDisk: false };
  const version = info["redis_version"];
  if (version === undefined) {
    throw new ServerVersionError(`${place} answers, but not as a Redis or Valkey server does`);
  }
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new ServerVersionError(
      `${place} is Redis ${version}; Millrace needs Redis ${OLDEST}.0 or newer, or Valkey 8 or newer`,
    );
  }
  if (info["role"] === "slave") {
    throw new StoreUnavailableError(`${place} is a replica, which takes no writes; give the master, or its sentinels`);
  }
  const policy = info["maxmemory_policy"];
  if (policy !== undefined && policy !== "noeviction") {
    logger.warn(
      `${place} evicts keys when its memory is full (maxmemory-policy ${policy}), which loses jobs; set it to noeviction`,
    );
  }
  const appends = info["aof_enabled"] === "1";
  if (!appends && durability !== "normal") {
    logger.warn(
      `${place} keeps no append-only file, so jobs it accepted since its last snapshot are lost when it dies; set appendonly yes, or ask for durability "normal"`,
    );
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return { waitsForDisk: appends && (major > 7 || (major === 7 && minor >= 2)) };
}

/** The fields of INFO; `undefined` where this user may not ask. */
async function infoOf(connection: Connection): Promise<Readonly<Record<string, string>> | undefined> {
  let text: unknown;
  try {
    text = await connection.ask(() => connection.client.info());
  } catch (error) {
    if (error instanceof ConfigurationError && error.message.includes("NOPERM")) return undefined;
    throw error;
  }
  return Object.fromEntries(
    [...String(text).matchAll(/^([^#:\r\n]+):([^\r\n]*)/gm)].map(([, key, value]) => [key, value]),
  );
}
