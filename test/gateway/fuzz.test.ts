import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ROUTES } from "../../src/gateway/routes/index.ts";
import { rawStatus } from "./raw-requests.ts";
import { STORES, served } from "./served.ts";

const RUNS = 400;
const PATHS = [...ROUTES.map(({ path }) => path), "/docs", "/openapi.json", "/"];

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "0", "null", "..", "%", "%2e", "a:end", "__proto__", "x".repeat(2_000)),
);
const path = fc
  .tuple(
    fc.constantFrom(...PATHS),
    fc.array(text, { minLength: 2, maxLength: 2 }),
    fc.dictionary(text, text, { maxKeys: 3 }),
  )
  .map(([way, values, query]) => {
    let at = 0;
    const filled = way.replaceAll(/\{\w+\}/g, () => encode(values[at++] ?? ""));
    return `${filled}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [sound(name), sound(value)])).toString()}`;
  });
const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
const header = fc.constantFrom(
  "content-type",
  "content-encoding",
  "accept",
  "authorization",
  "origin",
  "sec-fetch-site",
  "idempotency-key",
  "traceparent",
  "x-anything",
);
const headers = fc.dictionary(
  header,
  fc.oneof(fc.constantFrom("application/json", "text/event-stream", "gzip", "br", "null"), text),
  { maxKeys: 4 },
);
const keys = fc.constantFrom(
  ..."task args id queue priority runAt runAfter expireAt expireAfter timeout hang retries backoff retryOn retention attemptsKept delivery meta traceparent ids all jobs timeout cursor".split(
    " ",
  ),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue(),
    fc.bigInt().map((n) => ({ $bigint: String(n) })),
    fc.constantFrom("5s", "forever", "none", "2030-01-01T00:00:00Z", "add", "default"),
    fc.dictionary(keys, tie("any"), { maxKeys: 5 }),
    fc.array(tie("any"), { maxLength: 5 }),
  ),
})).any;
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .dictionary(keys, value, { maxKeys: 8 })
      .map((of) => Buffer.from(JSON.stringify({ task: "t", ...of }))),
  },
  { weight: 3, arbitrary: fc.dictionary(keys, value, { maxKeys: 8 }).map((of) => Buffer.from(JSON.stringify(of))) },
  { weight: 2, arbitrary: fc.json().map((of) => Buffer.from(of)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 500 }).map((of) => Buffer.from(of)) },
  { weight: 1, arbitrary: fc.json().map((of) => gzipSync(of)) },
);

test.each(STORES)(
  "whatever is asked on $name is answered, and never by a 5xx",
  { timeout: 180_000 },
  async ({ store }) => {
    const { gateway, url } = await served(store(), { maxBodyBytes: 100_000 });
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, async (how, way, given, bytes) => {
        const safe = Object.entries(given).filter(([, of]) => /^[\t\x20-\x7e\x80-\xff]*$/.test(of));
        const init: RequestInit = {
          method: how,
          headers: { "content-type": "application/json", ...Object.fromEntries(safe) },
          ...(how === "GET" || how === "HEAD" ? {} : { body: bytes }),
        };
        const stop = new AbortController();
        const response = await gateway.fetch(new Request(url + way, { ...init, signal: stop.signal }));
        expect(response.status).toBeLessThan(500);
        if (response.headers.get("content-type") === "text/event-stream") await response.body?.cancel();
        else await response.text();
      }),
      { numRuns: RUNS },
    );
    expect((await gateway.fetch(new Request(`${url}/health`))).status).toBe(200);
  },
);

test("whatever bytes come over a connection, the next one is answered", { timeout: 180_000 }, async () => {
  const { url } = await served();
  const line = fc.oneof(
    fc.constantFrom(
      "GET /v1 HTTP/1.1",
      "POST /v1/jobs HTTP/1.1",
      "host: localhost",
      "content-type: application/json",
      "content-length: 12",
      "transfer-encoding: chunked",
      "content-encoding: gzip",
      "connection: close",
      "",
      '{"task":"t"}',
      "0",
      "c",
      "Expect: 100-continue",
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.uint8Array({ maxLength: 64 }), async (lines, tail) => {
      const status = await rawStatus(url, Buffer.concat([Buffer.from(lines.join("\r\n")), Buffer.from(tail)]));
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

function encode(given: string): string {
  return encodeURIComponent(sound(given)) || "x";
}

/** Halves of pairs have no form in a URL. */
function sound(given: string): string {
  return given.toWellFormed();
}
