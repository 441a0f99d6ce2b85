/*
 * drivers/sqlite: the embedded store. One file, any number of processes on one machine.
 * Here: the file, its schema and SQL, the thread that drives it, how processes wake each other.
 * Not here: retry policy, encoding, anything a second driver would need too.
 */
import type { Driver, DriverOptions } from "../../contracts/index.ts";
import { positiveDurationMs } from "../../core/duration.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { SqliteStore } from "./sqlite-store.ts";

const DEFAULT_BLOCKED_LIMIT = "60s";

function open(options: DriverOptions): SqliteStore {
  const { location, parameters, namespace, durability, logger } = options;
  if (location === "" || location.includes("\0")) {
    throw new ConfigurationError('a SQLite store needs a path, such as "sqlite:./millrace.db"');
  }
  if (durability === "replicated") {
    throw new ConfigurationError('a SQLite file has no replicas: its durability is "full" or "normal"');
  }
  const { blockedLimit = DEFAULT_BLOCKED_LIMIT, ...unknown } = parameters;
  const [key] = Object.keys(unknown);
  if (key !== undefined)
    throw new ConfigurationError(`"sqlite:" URLs have no parameter "${key}"; there is blockedLimit`);
  const blockedLimitMs = positiveDurationMs(
    /^\d+$/.test(blockedLimit) ? Number(blockedLimit) : blockedLimit,
    "blockedLimit",
  );
  return new SqliteStore({ path: location, namespace, durability, blockedLimitMs }, logger);
}

/** `sqlite:PATH[?blockedLimit=60s]`: a durable store in one file. */
export const sqlite: Driver = { scheme: "sqlite", store: open, broker: open, backend: open };
