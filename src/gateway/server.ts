import { readFileSync } from "node:fs";
import { type Server, type ServerOptions, createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { getRequestListener } from "@hono/node-server";
import { ConfigurationError } from "../errors/index.ts";
import type { GatewayPlan } from "./gateway-options.ts";
import { MOST_HEADER_BYTES, answerUnparsed } from "./unparsed.ts";

/** Headers must have come by then, and the whole request. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
/** Idle connections are kept this long. */
const KEEP_MS = 65_000;
/** A server that closes looks this often for connections whose last answer is written. */
const SWEEP_MS = 50;
const MOST_HEADERS = 100;

const REASONS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port ${port} at ${host} is in use: stop what listens there, or give another --address`,
  EADDRNOTAVAIL: (host) => `${host} is no address of this machine: give one that is, or 127.0.0.1`,
  EACCES: (_host, port) => `this user may not listen on port ${port}: take one from 1024 up`,
  ENOTFOUND: (host) => `there is no host ${host}`,
};

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Takes no more requests; resolves when those under way are answered, or `graceMs` are over. */
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * Serves a function from requests to responses over HTTP, or HTTPS.
 *
 * @throws ConfigurationError when the address cannot be listened at, or the certificate cannot be used
 */
export async function listen(
  handle: (request: Request, env: object) => Response | Promise<Response>,
  plan: Pick<GatewayPlan, "host" | "port" | "tls" | "maxConnections" | "ownProcess">,
): Promise<Listening> {
  const options = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_MS,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  if (plan.ownProcess) forgetBursts();
  const listener = getRequestListener((request, env) => handle(request, env), {
    overrideGlobalObjects: plan.ownProcess,
  });
  const server: Server = plan.tls === undefined ? createServer(options) : secure(options, plan.tls);
  server.on("request", (incoming, outgoing) => {
    // One that was under way when the server closed is the last of its connection.
    if (!server.listening) outgoing.shouldKeepAlive = false;
    void listener(incoming, outgoing);
  });
  server.on("clientError", answerUnparsed);
  server.maxHeadersCount = MOST_HEADERS;
  server.maxConnections = plan.maxConnections;
  await listening(server, plan);
  const { port } = server.address() as AddressInfo;
  const host = plan.host.includes(":") ? `[${plan.host}]` : plan.host;
  return {
    url: `${plan.tls === undefined ? "http" : "https"}://${host}:${port}`,
    close: (graceMs) => closed(server, graceMs),
  };
}

/**
 * What outlives its collection in a burst, because hundreds of requests are under way, V8 makes among the old objects from
 * then on. There it holds what it leads to: all of each later request is kept and copied, and each collection of young
 * objects takes 7 to 12 ms for 1.5, as long as the burst is remembered. A Node that does not know the flag says so, and goes on.
 */
function forgetBursts(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}

function listening(server: Server, { host, port }: Pick<GatewayPlan, "host" | "port">): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = REASONS[error.code ?? ""]?.(host, port) ?? `the gateway cannot listen at ${host}:${port}`;
      reject(new ConfigurationError(reason, { cause: error, details: { host, port } }));
    });
    server.listen(port, host, resolve);
  });
}

function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that is kept alive goes on once it is answered, and would hold the server for the whole time.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** @throws ConfigurationError for files that are no certificate and its key */
function secure(options: ServerOptions, tls: { readonly cert: string; readonly key: string }): Server {
  const files = pem(tls);
  try {
    // A client that never begins to encrypt sends no headers, either.
    return createSecureServer({ ...options, ...files, handshakeTimeout: HEADERS_MS });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(
      `${tls.cert} and ${tls.key} are no certificate and its key, both as PEM and made for each other: ${why}`,
      { cause: error },
    );
  }
}

function pem({ cert, key }: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new ConfigurationError(`the ${what} cannot be read: there is no readable file ${path}`, { cause: error });
    }
  };
  return { cert: read("certificate", cert), key: read("certificate's key", key) };
}
