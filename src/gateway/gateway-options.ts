import { isIP } from "node:net";
import { wholeNumber } from "../core/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import { refuseUnknownKeys } from "../internal/known-keys.ts";
import { listenAddress } from "../internal/listen-address.ts";
import type { Audit } from "./audit.ts";

/** Files of a certificate and its key, as PEM. */
export interface GatewayTls {
  readonly cert: string;
  readonly key: string;
}

export interface GatewayOptions {
  /** Where to listen: a host and a port, 0 for any that is free. Default `"127.0.0.1:9595"`. */
  readonly address?: string;
  /** The file of tokens that `millrace token create` makes. Without it no token is asked for, and only a loopback address will do. */
  readonly tokens?: string;
  /** Serve HTTPS with these files. Default: HTTP. */
  readonly tls?: GatewayTls;
  /** Names by which the gateway may be called, beside those of its address. */
  readonly allowHosts?: readonly string[];
  /** Refuse every change, whatever a token may do. Default false. */
  readonly readOnly?: boolean;
  /** Requests a second for each token, and twice as many at once; 0: any number. Default 1,000. */
  readonly rateLimit?: number;
  /** Jobs that may wait in one queue before more are refused with 429; 0: any number. Default 1,000,000. */
  readonly maxBacklog?: number;
  /** The most bytes of a body, packed or unpacked. Default 8 MiB. */
  readonly maxBodyBytes?: number;
  /** Event streams and waits open at once. Default 10,000. */
  readonly maxStreams?: number;
  /** Connections open at once. Default 20,000. */
  readonly maxConnections?: number;
  /**
   * Whether the process does nothing but serve the gateway: its global `Request` and `Response` are then replaced by
   * faster ones, and V8's flag `--no-allocation-site-pretenuring` is set. Default false.
   */
  readonly ownProcess?: boolean;
  /** Is told of every request that changes something. Default: the app's logger, at the level `info`. */
  readonly audit?: Audit;
}

/** Gateway options, checked. */
export interface GatewayPlan {
  readonly host: string;
  readonly port: number;
  readonly tokens: string | undefined;
  readonly tls: GatewayTls | undefined;
  readonly allowHosts: readonly string[];
  readonly readOnly: boolean;
  readonly rateLimit: number;
  readonly maxBacklog: number;
  readonly maxBodyBytes: number;
  readonly maxStreams: number;
  readonly maxConnections: number;
  readonly ownProcess: boolean;
  readonly audit: Audit | undefined;
}

const KEYS = [
  "address",
  "tokens",
  "tls",
  "allowHosts",
  "readOnly",
  "rateLimit",
  "maxBacklog",
  "maxBodyBytes",
  "maxStreams",
  "maxConnections",
  "ownProcess",
  "audit",
] as const satisfies readonly (keyof GatewayOptions)[];

const DEFAULT_ADDRESS = "127.0.0.1:9595";
const LARGEST_BODY = 256 * 1_024 * 1_024;

/** @throws ConfigurationError */
export function gatewayPlan(options: GatewayOptions): GatewayPlan {
  refuseUnknownKeys(options, KEYS, "gateway option");
  const { host, port } = listenAddress(options.address ?? DEFAULT_ADDRESS);
  if (options.tokens === undefined && !isLoopback(host)) {
    throw new ConfigurationError(
      `the gateway would listen at ${host} for anybody who can reach it. Make a token first (millrace token create NAME --tokens FILE) and give the gateway that file (--tokens FILE), or listen on 127.0.0.1`,
      { details: { host } },
    );
  }
  return {
    host,
    port,
    tokens: options.tokens,
    tls: options.tls,
    allowHosts: (options.allowHosts ?? []).map(hostName),
    readOnly: options.readOnly === true,
    rateLimit: wholeNumber(options.rateLimit ?? 1_000, "rateLimit", 0, 10_000_000),
    maxBacklog: wholeNumber(options.maxBacklog ?? 1_000_000, "maxBacklog", 0, Number.MAX_SAFE_INTEGER),
    maxBodyBytes: wholeNumber(options.maxBodyBytes ?? 8 * 1_024 * 1_024, "maxBodyBytes", 1_024, LARGEST_BODY),
    maxStreams: wholeNumber(options.maxStreams ?? 10_000, "maxStreams", 0, 1_000_000),
    maxConnections: wholeNumber(options.maxConnections ?? 20_000, "maxConnections", 1, 1_000_000),
    ownProcess: options.ownProcess === true,
    audit: options.audit,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** @throws ConfigurationError */
function hostName(host: string): string {
  if (/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(host)) return host.toLowerCase();
  throw new ConfigurationError(
    `${JSON.stringify(host)} is no name of a host: give one such as "jobs.example.org", without a port or a scheme`,
  );
}
