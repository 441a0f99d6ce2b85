import { readFileSync } from "node:fs";
import type { DriverOptions } from "../../contracts/index.ts";
import { positiveDurationMs } from "../../core/duration.ts";
import { wholeNumber } from "../../core/whole-number.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { refuseUnknownKeys } from "../../internal/known-keys.ts";
import type { Settings } from "./settings.ts";

/** What a URL says of a store. */
export interface RedisPlan {
  readonly settings: Settings;
  readonly partitions: number;
  readonly blockedLimitMs: number;
  /** Replicas that must have a job before `send` resolves, with `durability: "replicated"`. */
  readonly replicas: number;
}

const DEFAULT_PORT = 6_379;
const SENTINEL_PORT = 26_379;
const MOST_PARTITIONS = 256;
const PARAMETERS = ["partitions", "blockedLimit", "answerLimit", "replicas", "ca"] as const;

/**
 * Reads `redis://user:password@host:port/database`, `rediss:`, `unix:/path`, `redis+sentinel://host,host/master/database`,
 * `redis+cluster://host,host`, and their parameters.
 *
 * @throws ConfigurationError
 */
export function redisPlan({
  scheme = "redis",
  location,
  parameters,
  namespace,
  options = {},
}: DriverOptions): RedisPlan {
  refuseUnknownKeys(parameters, PARAMETERS, `parameter of a "${scheme}:" URL`);
  const { partitions = "1", blockedLimit = "60s", answerLimit = "5s", replicas = "1", ca } = parameters;
  const secure = /^(?:rediss|valkeys)\b/.test(scheme);
  const tls = secure && { tls: { ...(ca !== undefined && { ca: authority(ca) }) } };
  const { kind, place, nodes, ...from } = read(scheme, location);
  return {
    settings: {
      kind,
      place: `${scheme}:${place}`,
      namespace,
      nodes,
      options: {
        ...from.options,
        ...tls,
        ...(secure && kind === "sentinel" && { enableTLSForSentinelMode: true }),
        ...options,
      },
      answerLimitMs: duration(answerLimit, "answerLimit"),
    },
    partitions: number(partitions, "partitions", MOST_PARTITIONS),
    blockedLimitMs: duration(blockedLimit, "blockedLimit"),
    replicas: number(replicas, "replicas", 100),
  };
}

type Read = Pick<Settings, "kind" | "place" | "nodes" | "options">;

function read(scheme: string, location: string): Read {
  if (scheme === "unix" || scheme === "redis+unix") return readPath(scheme, location);
  const match = /^(?:\/\/)?(?:(.*)@)?([^@/]*)(?:\/(.*))?$/s.exec(location);
  const [, credentials, hosts = "", path = ""] = match ?? [];
  const kind = scheme.endsWith("+sentinel") ? "sentinel" : scheme.endsWith("+cluster") ? "cluster" : "single";
  const nodes = (hosts === "" ? "127.0.0.1" : hosts)
    .split(",")
    .map((host) => node(host, kind === "sentinel" ? SENTINEL_PORT : DEFAULT_PORT));
  const [first] = nodes;
  if (match === null || first === undefined || (kind === "single" && nodes.length > 1)) {
    throw new ConfigurationError(
      `"${scheme}:" needs one host, such as redis://127.0.0.1:6379; several are for redis+sentinel: and redis+cluster:`,
    );
  }
  const options = { ...userOf(credentials), ...pathOf(kind, path) };
  const place = `//${hosts}${path === "" ? "" : `/${path}`}`;
  return { kind, place, nodes, options: kind === "single" ? { ...options, ...first } : options };
}

function readPath(scheme: string, location: string): Read {
  const path = location.replace(/^\/\/(?=\/)/, "");
  if (path === "")
    throw new ConfigurationError(`"${scheme}:" needs the path of a socket, such as unix:/run/redis.sock`);
  return { kind: "single", place: path, nodes: [], options: { path } };
}

function node(text: string, defaultPort: number): { host: string; port: number } {
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if (host === "" || number < 1 || number > 65_535) {
    throw new ConfigurationError(`${JSON.stringify(text)} is no host and port, such as 127.0.0.1:6379`);
  }
  return { host: host.replace(/^\[|\]$/g, ""), port: number };
}

function userOf(credentials: string | undefined): Record<string, unknown> {
  if (credentials === undefined || credentials === "") return {};
  const colon = credentials.indexOf(":");
  const [user, password] =
    colon < 0 ? [credentials, undefined] : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  return {
    ...(user !== "" && { username: decoded(user) }),
    ...(password !== undefined && { password: decoded(password) }),
  };
}

function pathOf(kind: Settings["kind"], path: string): Record<string, unknown> {
  const parts = path.split("/").filter((part) => part !== "");
  const name = kind === "sentinel" ? decoded(parts.shift() ?? "") : undefined;
  if (name === "") {
    throw new ConfigurationError(
      '"redis+sentinel:" needs the master\'s name, such as redis+sentinel://host:26379/mymaster',
    );
  }
  const [db, ...more] = parts;
  if (more.length > 0 || (db !== undefined && (!/^\d{1,5}$/.test(db) || (kind === "cluster" && db !== "0")))) {
    throw new ConfigurationError(
      `${JSON.stringify(path)} is no database: it is a number, and a cluster has number 0 only`,
    );
  }
  return { ...(name !== undefined && { name }), ...(db !== undefined && kind !== "cluster" && { db: Number(db) }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigurationError("user and password of a URL are percent-encoded: % is written %25");
  }
}

function authority(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigurationError(`ca=${path}: that file cannot be read`, { cause: error });
  }
}

function duration(text: string, name: string): number {
  return positiveDurationMs(/^\d+$/.test(text) ? Number(text) : text, name);
}

function number(text: string, name: string, most: number): number {
  return wholeNumber(/^\d+$/.test(text) ? Number(text) : Number.NaN, name, 1, most);
}
