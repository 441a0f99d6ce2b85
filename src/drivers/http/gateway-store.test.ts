import assert from "node:assert/strict";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, test } from "vitest";
import { Millrace } from "../../app/index.ts";
import * as errors from "../../errors/index.ts";

/** A server that answers as it is told, and the URL to reach it. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function app(store: string, options: { token?: string; sendTimeout?: number; namespace?: string } = {}): Millrace {
  const silent = (): void => {};
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const made = new Millrace({ store, sendTimeout: 200, logger, ...options });
  onTestFinished(() => made.close());
  return made;
}

function json(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}

test.each([
  "http://127.0.0.1:1/v1",
  "http://127.0.0.1:1/?x=1",
  "http:",
  "http://",
  "http://user:secret@127.0.0.1:1",
  "https://:1",
])("%s is no URL of a gateway", async (url) => {
  await assert.rejects(
    async () => app(url).client().get("x"),
    (error) => error instanceof errors.ConfigurationError && !error.message.includes("secret"),
  );
});

test("a worker and a gateway need the store itself", async () => {
  const over = app("http://127.0.0.1:1");
  assert.throws(() => over.worker({ tasks: [] }), errors.CapabilityError);
  await assert.rejects(over.gateway(), errors.CapabilityError);
});

test("nobody there is a passing failure, within the client's deadline", async () => {
  await assert.rejects(app("http://127.0.0.1:1").client().send("t"), errors.StoreUnavailableError);
});

test.each([500, 502, 503, 504])("a %i of something between is a passing failure", async (status) => {
  const url = await answering((_, response) => response.writeHead(status).end("<html>"));
  await assert.rejects(app(url).client().get("x"), errors.StoreUnavailableError);
});

test.each([
  ["a page", (response: ServerResponse) => response.writeHead(200).end("<html>")],
  ["a page that is not there", (response: ServerResponse) => response.writeHead(404).end("<html>")],
  ["other JSON", (response: ServerResponse) => json(response, 200, "application/json", { service: "other" })],
  [
    "a problem of another kind",
    (response: ServerResponse) => json(response, 400, "application/problem+json", { code: "X" }),
  ],
])("%s is no gateway", async (_what, answer) => {
  const url = await answering((_, response) => answer(response));
  await assert.rejects(app(url).client().get("x"), errors.ConfigurationError);
});

test("a token goes nowhere but to the gateway", async () => {
  const seen: (string | undefined)[] = [];
  const other = await answering((request, response) => {
    seen.push(request.headers.authorization);
    response.end("{}");
  });
  const url = await answering((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(307, { location: other }).end();
  });
  await assert.rejects(app(url, { token: "t" }).client().get("x"), errors.StoreUnavailableError);
  assert.ok(seen.length > 0 && seen.every((of) => of === "Bearer t"));
  const reached = seen.length;
  await assert.rejects(app(other, { token: "t" }).client().get("x"));
  assert.equal(seen.length, reached + 1);
});

test("another namespace is refused, with the one that is served", async () => {
  const url = await answering((_, response) =>
    json(response, 200, "application/json", { service: "millrace", namespace: "shop" }),
  );
  await assert.rejects(app(url).client().get("x"), /serves the namespace "shop"/);
});

test.each(Object.entries(errors.ERROR_CODES).filter(([code]) => code !== "ERR_PARTIAL_SEND"))(
  "%s comes back as its class",
  async (code, { name }) => {
    const url = await answering((_, response) =>
      json(response, 422, "application/problem+json", { code, detail: "why", details: { id: "x" } }),
    );
    await assert.rejects(
      app(url, { sendTimeout: 300 }).client().get("x"),
      (error) => error instanceof errors[name] && error.message === "why" && error.details["id"] === "x",
    );
  },
);
