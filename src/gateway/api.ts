import { Hono, type Context } from "hono";
import type { Clock, Logger } from "../contracts/index.ts";
import { ForbiddenError } from "../errors/index.ts";
import { EVENT_HEADERS, JSON_HEADERS, POST_HEADERS, PROBLEM_HEADERS } from "./answer-headers.ts";
import type { Audit, AuditEntry } from "./audit.ts";
import { ANONYMOUS, type Caller, demandScope } from "./caller.ts";
import { checked } from "./checked.ts";
import type { Desk } from "./desk.ts";
import { demandHost } from "./guards/allowed-hosts.ts";
import { type Tokens, callerOf } from "./guards/bearer.ts";
import { demandJson, jsonBody } from "./guards/json-body.ts";
import type { RateLimiter } from "./guards/rate-limiter.ts";
import { demandSameSite } from "./guards/same-site.ts";
import { problemOf } from "./problem.ts";
import { refused } from "./refused.ts";
import type { Answer, Call, Route } from "./route.ts";

/** What decides who is let in. */
export interface Guards {
  readonly hosts: ReadonlySet<string>;
  /** Absent: no token is asked for. */
  readonly tokens: Tokens | undefined;
  readonly limiter: RateLimiter;
  readonly maxBodyBytes: number;
  readonly readOnly: boolean;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The gateway as a function from requests to responses: the guards, then the table of routes. */
export function gatewayApi(routes: readonly Route[], desk: Desk, guards: Guards): Hono {
  const api = new Hono({ strict: true });
  for (const route of routes) {
    api.on(route.method, honoPath(route.path), (context) => answered(context, route, desk, guards));
  }
  api.notFound(({ req }) => {
    const allow = methodsFor(routes, req.path).join(", ");
    if (allow !== "")
      return failed(refused(405, `${req.method} is not for this path; use ${allow}`), guards, { allow });
    return failed(refused(404, "there is no such route; /docs lists them all"), guards);
  });
  api.onError((error) => failed(error, guards));
  return api;
}

type Facts = Pick<AuditEntry, "queue" | "count" | "ids">;

async function answered(context: Context, route: Route, desk: Desk, guards: Guards): Promise<Response> {
  let caller: Caller | undefined;
  let facts: Facts = {};
  let response: Response;
  try {
    const host = hostOf(context);
    demandHost(host, guards.hosts);
    caller = callerIn(context, route, guards);
    admit(caller, context, route, guards, host);
    const request = await read(context, route, guards, caller, (noted) => {
      facts = noted;
    });
    response = succeeded(context, await route.handle(request, desk));
  } catch (error) {
    response = failed(error, guards);
  }
  if (route.changes === true) {
    const from = addressOf(context);
    const noting = told(guards, {
      at: new Date(guards.clock.now()).toISOString(),
      ...(caller === undefined ? {} : { caller: caller.name }),
      ...(from === undefined ? {} : { from }),
      action: `${route.method.toUpperCase()} ${route.path}`,
      status: response.status,
      ...facts,
    });
    if (noting !== undefined) await noting;
  }
  return response;
}

/** Tells the audit. What it cannot note has been done all the same, and its caller must not be told that it failed. */
function told({ audit, logger }: Guards, entry: AuditEntry): Promise<void> | undefined {
  const failed = (error: unknown): void =>
    logger.error("the audit failed", { action: entry.action, status: entry.status, error: String(error) });
  try {
    const noting = audit(entry);
    return noting === undefined ? undefined : Promise.resolve(noting).catch(failed);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** @throws UnauthenticatedError */
function callerIn(context: Context, { scope }: Route, { tokens, clock }: Guards): Caller {
  if (scope === undefined || tokens === undefined) return ANONYMOUS;
  return callerOf(context.req.raw.headers.get("authorization") ?? undefined, tokens, clock.now());
}

function isLetIn(context: Context, route: Route, guards: Guards): boolean {
  try {
    callerIn(context, route, guards);
    return true;
  } catch {
    return false;
  }
}

/** @throws RateLimitError, ForbiddenError, RequestInvalidError */
function admit(caller: Caller, context: Context, route: Route, guards: Guards, host: string): void {
  if (route.scope === undefined) return;
  if (caller !== ANONYMOUS) guards.limiter.count(caller.name);
  if (route.scope !== "any") demandScope(caller, route.scope);
  if (route.method === "post") {
    const { headers } = context.req.raw;
    demandSameSite(headers, host);
    demandJson(headers);
  }
  if (route.changes === true && guards.readOnly) throw new ForbiddenError("this gateway is read-only");
}

async function read(
  context: Context,
  route: Route,
  guards: Guards,
  caller: Caller,
  note: (facts: Facts) => void,
): Promise<Call> {
  const { raw } = context.req;
  const body = route.body === undefined ? undefined : await jsonBody(raw, guards.maxBodyBytes);
  const schema = route.variant?.(body) ?? route.body;
  return {
    params: route.params === undefined ? undefined : checked(route.params, context.req.param(), "the path"),
    query: route.query === undefined ? undefined : checked(route.query, queryOf(context), "the query"),
    body: schema === undefined ? undefined : checked(schema, body, "the body"),
    caller,
    headers: raw.headers,
    signal: () => raw.signal,
    mayStay: () => isLetIn(context, route, guards),
    note,
  };
}

/** @throws RequestInvalidError for a parameter that is given twice: which one counts would be anybody's guess */
function queryOf(context: Context): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    if (values.length > 1) throw refused(400, `the query has ${JSON.stringify(name.slice(0, 100))} more than once`);
    query[name] = values[0] ?? "";
  }
  return query;
}

function succeeded(context: Context, answer: Answer): Response {
  if ("events" in answer) {
    const { events } = answer;
    // Who asks for the headers alone reads no stream, and would leave it open.
    if (context.req.method === "HEAD") void events.cancel();
    return new Response(context.req.method === "HEAD" ? null : events, { headers: EVENT_HEADERS });
  }
  const headers = context.req.method === "POST" ? POST_HEADERS : JSON_HEADERS;
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}

function failed(error: unknown, guards: Guards, more: Readonly<Record<string, string>> = {}): Response {
  const { problem, headers } = problemOf(error);
  if (problem.status >= 500) {
    guards.logger.error("a request failed", { status: problem.status, error: String(error) });
  }
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...PROBLEM_HEADERS, ...headers, ...more },
  });
}

/** The server makes the URL of the Host header; a request made by hand has only the URL. */
function hostOf({ req }: Context): string {
  return req.raw.headers.get("host") ?? new URL(req.url).host;
}

function addressOf({ env }: Context): string | undefined {
  const incoming: unknown = Reflect.get(Object(env), "incoming");
  const socket: unknown = Reflect.get(Object(incoming), "socket");
  const address: unknown = Reflect.get(Object(socket), "remoteAddress");
  return typeof address === "string" ? address : undefined;
}

/** The methods of the routes that a path is one of. */
function methodsFor(routes: readonly Route[], path: string): string[] {
  const steps = path.split("/");
  return routes
    .filter((route) => {
      const pattern = route.path.split("/");
      return pattern.length === steps.length && pattern.every((step, at) => step.startsWith("{") || step === steps[at]);
    })
    .map(({ method }) => method.toUpperCase());
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
