import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Hono } from "hono";
import { type Guards, gatewayApi } from "./api.ts";
import { BacklogCap } from "./backlog-cap.ts";
import type { Desk } from "./desk.ts";
import type { GatewayHost } from "./gateway-host.ts";
import type { GatewayPlan } from "./gateway-options.ts";
import { allowedHosts } from "./guards/allowed-hosts.ts";
import { RateLimiter } from "./guards/rate-limiter.ts";
import { servePages } from "./pages/pages.ts";
import { ReadinessProbe } from "./readiness.ts";
import { RecordFeed } from "./record-feed.ts";
import { ROUTES } from "./routes/index.ts";
import { type Listening, listen } from "./server.ts";
import { StreamSlots } from "./stream-slots.ts";
import { TokenFile } from "./tokens/token-file.ts";

/** How long requests under way may take when the gateway closes. */
const GRACE_MS = 5_000;

/** An HTTP server through which programs in any language send jobs and read results. Opened by `app.gateway()`. */
export interface Gateway {
  /** Where it is reached, such as `http://127.0.0.1:9595`. */
  readonly url: string;
  /** Answers a request without a server: for tests, and for a server of one's own. */
  fetch(request: Request): Promise<Response>;
  /** Takes no more requests, answers those under way, ends streams and waits. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws ConfigurationError when the address, the tokens or the certificate cannot be used; what opening the store throws */
export async function openGateway(host: GatewayHost, plan: GatewayPlan): Promise<Gateway> {
  const { clock, logger } = host;
  const tokens = plan.tokens === undefined ? undefined : new TokenFile(plan.tokens);
  await host.store();
  const closing = new AbortController();
  const name = `gateway:${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`;
  const desk: Desk = {
    ...host,
    backlog: new BacklogCap(plan.maxBacklog, host.store, clock),
    feed: new RecordFeed(host.store, clock),
    streams: new StreamSlots(plan.maxStreams),
    probe: new ReadinessProbe(host.store, clock, logger, name, host.version),
    maxBodyBytes: plan.maxBodyBytes,
    readOnly: plan.readOnly,
    closing: closing.signal,
  };
  const guards: Guards = {
    hosts: allowedHosts(plan.host, plan.allowHosts),
    tokens,
    limiter: new RateLimiter(plan.rateLimit, clock),
    maxBodyBytes: plan.maxBodyBytes,
    readOnly: plan.readOnly,
    audit: plan.audit ?? ((entry) => logger.info("audit", { ...entry })),
    clock,
    logger,
  };
  const api = gatewayApi(ROUTES, desk, guards);
  servePages(api, ROUTES, host.version, guards.hosts);
  const listening = await listen((request, env) => api.fetch(request, env), plan);
  await Promise.all([desk.probe.start(), desk.backlog.refresh()]);
  return new OpenGateway(api, listening, desk, closing);
}

class OpenGateway implements Gateway {
  readonly url: string;
  readonly #api: Hono;
  readonly #listening: Listening;
  readonly #desk: Desk;
  readonly #closing: AbortController;
  #closed: Promise<void> | undefined;

  constructor(api: Hono, listening: Listening, desk: Desk, closing: AbortController) {
    this.url = listening.url;
    this.#api = api;
    this.#listening = listening;
    this.#desk = desk;
    this.#closing = closing;
  }

  async fetch(request: Request): Promise<Response> {
    return this.#api.fetch(request);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#desk.feed.close();
    await this.#listening.close(GRACE_MS);
    await this.#desk.probe.close();
  }
}
