import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { ROUTES } from "../../src/gateway/routes/index.ts";
import { problemDocument } from "../../src/gateway/schemas.ts";
import { type Gateway, type GatewayOptions, Millrace, type MillraceOptions } from "../../src/index.ts";
import { SILENT } from "../features/settings.ts";

/** The fields of all documents that a gateway answers with; which of them there are, the tests say. */
interface AnswerBody {
  readonly id: string;
  readonly existed: boolean;
  readonly state: string | null;
  readonly states: readonly (string | null)[];
  readonly result: unknown;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string };
  readonly attempts: readonly object[];
  readonly createdAt: string;
  readonly expireAt: string;
  readonly jobs: readonly AnswerBody[];
  readonly job: AnswerBody | null;
  readonly waiting: readonly string[];
  readonly cursor?: string;
  readonly count: number;
  readonly cancelled: number;
  readonly queue: string;
  readonly queues: readonly AnswerBody[];
  readonly counts: Readonly<Record<string, number>>;
  readonly workers: readonly object[];
  readonly tasks: readonly object[];
  readonly caller: object;
  readonly ready: boolean;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
}

/** What a request was answered. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** A gateway over a store of its own, with the app that has the store. */
export interface Served {
  readonly app: Millrace;
  readonly gateway: Gateway;
  readonly url: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answered>;
  /** A body that is no string is sent as JSON. */
  readonly post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;
}

/** The stores on which everything about the gateway is tested. */
export const STORES: readonly { readonly name: string; readonly store: () => string }[] = [
  { name: "sqlite", store: () => `sqlite:${join(folder(), "jobs.db")}` },
  { name: "memory", store: () => `memory:${randomUUID()}` },
];

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "millrace-gateway-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Opens a gateway that is closed with the test. Every answer is compared with what the route says that it answers. */
export async function served(
  store: NonNullable<MillraceOptions["store"]> = `memory:${randomUUID()}`,
  options: GatewayOptions = {},
  appOptions: MillraceOptions = {},
): Promise<Served> {
  const app = new Millrace({ logger: SILENT, ...appOptions, store });
  onTestFinished(() => app.close());
  const gateway = await app.gateway({ address: "127.0.0.1:0", ...options });
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answered> => {
    const init = body === undefined ? { method, headers } : { method, headers, body };
    const response = await gateway.fetch(new Request(gateway.url + path, init));
    const text = await response.text();
    const answered = {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    compare(method, path, answered);
    return answered;
  };
  return {
    app,
    gateway,
    url: gateway.url,
    get: (path, headers = {}) => ask("GET", path, headers),
    post: (path, body = {}, headers = {}) =>
      ask(
        "POST",
        path,
        { "content-type": "application/json", ...headers },
        typeof body === "string" ? body : JSON.stringify(body),
      ),
  };
}

function compare(method: string, path: string, { status, headers, body }: Answered): void {
  if (headers.get("content-type") === "application/problem+json") {
    expect(problemDocument.safeParse(body).error?.issues, `${method} ${path}`).toBeUndefined();
    expect(body.status).toBe(status);
    return;
  }
  const [way = ""] = path.split("?");
  const route = ROUTES.find(
    (each) =>
      each.method === method.toLowerCase() && new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(way),
  );
  const schema = route?.answers[status]?.schema;
  expect(schema, `${method} ${path} answers ${status} as documented`).toBeDefined();
  expect(schema?.safeParse(body).error?.issues, `${method} ${path}`).toBeUndefined();
}

/** The events of a stream, read as they come. */
export async function* events(response: Response): AsyncGenerator<{ name: string; data: Record<string, unknown> }> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, name, data] = /^event: (\w+)\ndata: ([^\n]*)$/.exec(block) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
}
