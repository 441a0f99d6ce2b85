import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { get as secureGet } from "node:https";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { createToken, revokeToken } from "../../src/gateway/index.ts";
import type { AuditEntry } from "../../src/index.ts";
import { Millrace, task } from "../../src/index.ts";
import { SILENT, until } from "../features/settings.ts";
import { RawConnection } from "./raw-requests.ts";
import { STORES, folder, served } from "./served.ts";

interface Wish {
  readonly scopes: readonly string[];
  readonly queues?: readonly string[];
  readonly liveMs?: number;
}

/** A file of tokens, and the header that each is sent in. */
function tokens<N extends string>(
  wishes: Readonly<Record<N, Wish>>,
): { path: string; as: Record<N, { authorization: string }> } {
  const path = join(folder(), "tokens.json");
  const as = Object.fromEntries(
    Object.entries<Wish>(wishes).map(([name, wish]) => [
      name,
      { authorization: `Bearer ${createToken(path, { name, ...wish }).token}` },
    ]),
  ) as Record<N, { authorization: string }>;
  return { path, as };
}

/** Another command that has read the file, and takes its time to write it without one of the tokens. Resolves when it has read. */
async function revokingSlowly(path: string, name: string): Promise<Worker> {
  const other = new Worker(
    `const { readFileSync, rmSync, writeFileSync } = require("node:fs");
     const { parentPort, workerData: { path, name } } = require("node:worker_threads");
     writeFileSync(path + ".lock", "", { flag: "wx" });
     const { tokens } = JSON.parse(readFileSync(path, "utf8"));
     parentPort.postMessage("read");
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
     writeFileSync(path, JSON.stringify({ tokens: tokens.filter((each) => each.name !== name) }), { mode: 0o600 });
     rmSync(path + ".lock");`,
    { eval: true, workerData: { path, name } },
  );
  await once(other, "message");
  return other;
}

describe("where it listens", () => {
  test.each(["0.0.0.0:0", "[::]:0", "10.1.2.3:0", "example.org:0"])(
    "%s is refused without tokens, with what to do",
    async (address) => {
      await expect(served(undefined, { address })).rejects.toThrow(
        /millrace token create .*--tokens FILE.*127\.0\.0\.1/s,
      );
    },
  );

  test("with tokens it listens anywhere, and lets in who has one", async () => {
    const { path, as } = tokens({ reader: { scopes: ["read"] } });
    const { get, gateway } = await served(undefined, { address: "0.0.0.0:0", tokens: path });
    const host = new URL(gateway.url).host.replace("0.0.0.0", "127.0.0.1");
    expect((await get("/v1", { host })).status).toBe(401);
    expect((await get("/v1", { host, ...as.reader })).status).toBe(200);
  });

  test.each([
    ["no port", "localhost", /host and a port/],
    ["a port that is none", "localhost:70000", /host and a port/],
    ["an address not ours", "198.51.100.7:0", /no address of this machine/],
  ])("%s is a clear answer", async (_what, address, sentence) => {
    const { path } = tokens({ any: { scopes: ["read"] } });
    await expect(served(undefined, { address, tokens: path })).rejects.toThrow(sentence);
  });

  test("a port in use is a clear answer", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    await expect(served(undefined, { address: `127.0.0.1:${port}` })).rejects.toThrow(
      `port ${port} at 127.0.0.1 is in use`,
    );
  });

  test(
    "over TLS, with the certificate given; who does not begin to encrypt is cut off",
    { timeout: 40_000 },
    async () => {
      const path = folder();
      const [cert, key] = [join(path, "cert.pem"), join(path, "key.pem")];
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
          "-subj",
          "/CN=localhost",
          "-keyout",
          key,
          "-out",
          cert,
        ],
        { stdio: "ignore" },
      );
      const { url } = await served(undefined, { tls: { cert, key } });
      const silent = new RawConnection(url);
      expect(url).toMatch(/^https:/);
      const status = await new Promise((resolve, reject) => {
        secureGet(`${url}/health`, { ca: readFileSync(cert), servername: "localhost" }, (answer) =>
          resolve(answer.resume().statusCode),
        ).on("error", reject);
      });
      expect(status).toBe(200);
      await expect(served(undefined, { tls: { cert, key: join(path, "none") } })).rejects.toThrow(/key cannot be read/);
      expect(await silent.ended).toBe("");
    },
  );
});

describe.each(STORES)("tokens on $name", ({ store }) => {
  test("each may do what its scopes say, and no more", async () => {
    const { path, as } = tokens({
      sender: { scopes: ["send"] },
      reader: { scopes: ["read"] },
      admin: { scopes: ["admin"] },
    });
    const { get, post } = await served(store(), { tokens: path });
    const job = { task: "t" };
    expect((await post("/v1/jobs", job)).status).toBe(401);
    expect((await post("/v1/jobs", job, as.reader)).status).toBe(403);
    const { id } = (await post("/v1/jobs", job, as.sender)).body;
    expect((await get(`/v1/jobs/${id}`, as.sender)).status).toBe(403);
    expect((await get(`/v1/jobs/${id}`, as.reader)).status).toBe(200);
    expect((await post(`/v1/jobs/${id}/cancel`, {}, as.reader)).status).toBe(403);
    expect((await post(`/v1/jobs/${id}/cancel`, {}, as.sender)).status).toBe(200);
    for (const way of ["/v1/queues/default/pause", "/v1/queues/default/drain", "/v1/dead/purge", "/v1/dead/replay"]) {
      expect([way, (await post(way, { all: true }, as.sender)).status]).toEqual([way, 403]);
      expect([way, (await post(way, { all: true }, as.reader)).status]).toEqual([way, 403]);
      expect([way, (await post(way, { all: true }, as.admin)).status]).toEqual([way, 200]);
    }
    expect((await post("/v1/jobs", job, as.admin)).status).toBe(201);
    expect((await get("/v1", as.sender)).body.caller).toEqual({ name: "sender", scopes: ["send"] });
  });

  test("one for a queue sees and touches no other", async () => {
    const { path, as } = tokens({
      a: { scopes: ["admin"], queues: ["a"] },
      both: { scopes: ["admin"], queues: ["a", "b"] },
      all: { scopes: ["admin"] },
    });
    const { app, gateway, get, post } = await served(store(), { tokens: path });
    const mine = (await post("/v1/jobs", { task: "t", queue: "a" }, as.a)).body.id;
    expect((await post("/v1/jobs", { task: "t" }, as.a)).status).toBe(403);
    expect(
      (
        await post(
          "/v1/jobs",
          {
            jobs: [
              { task: "t", queue: "a" },
              { task: "t", queue: "b" },
            ],
          },
          as.a,
        )
      ).status,
    ).toBe(403);
    const theirs = (await post("/v1/jobs", { task: "t", queue: "b" }, as.all)).body.id;
    expect((await get(`/v1/jobs/${mine}`, as.a)).status).toBe(200);
    const again = { task: "t", queue: "a", id: theirs };
    expect((await post("/v1/jobs", again, as.a)).body).toMatchObject({ status: 403, code: "ERR_FORBIDDEN" });
    expect((await post("/v1/jobs", again, as.both)).body).toEqual({ id: theirs, existed: true });
    for (const way of [`/v1/jobs/${theirs}`, `/v1/jobs/${theirs}/events`])
      expect([way, (await get(way, as.a)).status]).toEqual([way, 404]);
    expect((await get(`/v1/jobs/${theirs}/result`, as.a)).body.state).toBeNull();
    expect((await post("/v1/jobs/read", { ids: [mine, theirs] }, as.a)).body.jobs[1]).toBeNull();
    expect((await get("/v1/jobs", as.a)).body.jobs).toHaveLength(1);
    expect((await get("/v1/jobs?queue=b", as.a)).status).toBe(403);
    expect((await get("/v1/jobs", as.both)).status).toBe(403);
    expect((await get("/v1/jobs?queue=b", as.both)).body.jobs).toHaveLength(1);
    expect((await get("/v1/queues", as.a)).body.queues.map(({ queue }) => queue)).toEqual(["a"]);
    expect((await get("/v1/queues/b", as.a)).status).toBe(403);
    expect((await post("/v1/queues/b/pause", {}, as.a)).status).toBe(403);
    expect((await post(`/v1/jobs/${theirs}/cancel`, {}, as.a)).status).toBe(404);
    expect((await post("/v1/jobs/cancel", { ids: [theirs] }, as.a)).body.states).toEqual([null]);
    // Their jobs are unknown at once: a wait that took as long as one of them would tell of it.
    expect((await get(`/v1/jobs/${theirs}?wait=30s`, as.a)).status).toBe(404);
    expect((await get(`/v1/jobs/${theirs}/result?wait=30s`, as.a)).body.state).toBeNull();
    expect((await post("/v1/jobs/wait", { ids: [mine, theirs] }, as.a)).body).toEqual({
      jobs: [{ id: theirs, job: null }],
      waiting: [mine],
    });
    const told = await gateway.fetch(
      new Request(`${gateway.url}/v1/jobs/wait`, {
        method: "POST",
        headers: { ...as.a, accept: "text/event-stream", "content-type": "application/json" },
        body: JSON.stringify({ ids: [theirs] }),
      }),
    );
    expect(await told.text()).toContain(`event: job\ndata: {"id":"${theirs}","job":null}\n\nevent: end`);
    const fail = task("t", () => Promise.reject(new Error("no")), { retries: 0 });
    await app.worker({ tasks: [fail], queues: { a: 1, b: 1 } }).start();
    await until(async () => (await app.client().dead.list()).jobs.length === 2);
    expect((await get("/v1/dead", as.a)).body.jobs).toHaveLength(1);
    expect((await post("/v1/dead/purge", { ids: [theirs] }, as.a)).body.count).toBe(0);
    expect((await post("/v1/dead/purge", { all: true }, as.a)).status).toBe(403);
    expect((await post("/v1/dead/replay", { ids: [theirs] }, as.a)).body.count).toBe(0);
    const { workers } = (await get("/v1/workers", as.a)).body;
    expect(workers.map((worker) => Reflect.get(worker, "queues"))).toEqual([{ a: 1 }]);
  });
});

describe("who is let in", () => {
  test.each([
    ["none", undefined],
    ["another scheme", "Basic bWU6bWU="],
    ["no token", "Bearer "],
    ["one of another form", "Bearer secret"],
    ["one that never was", `Bearer mlr_${"0".repeat(12)}_${"A".repeat(43)}`],
    ["two", "Bearer a b"],
  ])("a request with %s is answered 401", async (_what, authorization) => {
    const { path } = tokens({ any: { scopes: ["read"] } });
    const { get } = await served(undefined, { tokens: path });
    const { status, headers, body } = await get("/v1", authorization === undefined ? {} : { authorization });
    expect([status, body.code, headers.get("www-authenticate")]).toEqual([
      401,
      "ERR_UNAUTHENTICATED",
      'Bearer realm="millrace"',
    ]);
  });

  test("a token with one character changed, one that expired, and one that was revoked are out", async () => {
    const { path, as } = tokens({
      good: { scopes: ["read"] },
      old: { scopes: ["read"], liveMs: -1 },
      gone: { scopes: ["read"] },
    });
    const { get } = await served(undefined, { tokens: path });
    const { authorization } = as.good;
    const changed = authorization.slice(0, -2) + (authorization.at(-2) === "A" ? "B" : "A") + authorization.slice(-1);
    expect((await get("/v1", { authorization: changed })).status).toBe(401);
    expect((await get("/v1", as.old)).body.detail).toMatch(/expired at \d{4}-/);
    expect((await get("/v1", as.gone)).status).toBe(200);
    revokeToken(path, "gone");
    expect((await get("/v1", as.gone)).status).toBe(401);
    expect((await get("/v1", as.good)).status).toBe(200);
  });

  test("a stream ends when its token is revoked, and tells nothing more", async () => {
    const { path, as } = tokens({ gone: { scopes: ["read"] }, all: { scopes: ["admin"] } });
    const { app, gateway, post } = await served(undefined, { tokens: path });
    const { id } = (await post("/v1/jobs", { task: "t", args: ["secret"] }, as.all)).body;
    const stream = await gateway.fetch(new Request(`${gateway.url}/v1/jobs/${id}/events`, { headers: as.gone }));
    revokeToken(path, "gone");
    await app.worker({ tasks: [task("t", (text: string) => text)] }).start();
    const text = await stream.text();
    expect(text).toContain("event: state");
    expect(text).not.toContain("secret");
  });

  test("the file holds no token, is its owner's alone, and is refused when others can read it", async () => {
    const { path, as } = tokens({ any: { scopes: ["read"] } });
    expect(readFileSync(path, "utf8")).not.toContain(as.any.authorization.slice(-43));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    await expect(served(undefined, { tokens: path })).rejects.toThrow(/chmod 600/);
  });

  test.each([
    ["that is not there", undefined, /no file of tokens/],
    ["that is no JSON", "{", /is no file of tokens/],
    ["of something else", '{"tokens":[{"id":1}]}', /is no file of tokens/],
  ])("a file %s is a clear answer", async (_what, text, sentence) => {
    const path = join(folder(), "tokens.json");
    if (text !== undefined) writeFileSync(path, text, { mode: 0o600 });
    await expect(served(undefined, { tokens: path })).rejects.toThrow(sentence);
  });

  test.each([
    ["a name that is taken", { name: "any", scopes: ["read"] }, /already/],
    ["no name", { name: " ", scopes: ["read"] }, /no name for a token/],
    ["an unknown scope", { name: "b", scopes: ["root"] }, /there are send, read, admin/],
    ["no queue", { name: "b", scopes: ["read"], queues: ["a b"] }, /no name for a queue/],
  ])("a token with %s is not made", (_what, wish, sentence) => {
    const { path } = tokens({ any: { scopes: ["read"] } });
    expect(() => createToken(path, wish)).toThrow(sentence);
  });

  test.each([
    ["made", (path: string) => void createToken(path, { name: "late", scopes: ["read"] }), ["any", "late"]],
    ["revoked", (path: string) => revokeToken(path, "any"), []],
  ])(
    "a token that is %s while another command revokes one does not bring that one back",
    async (_how, change, left) => {
      const { path } = tokens({ any: { scopes: ["read"] }, leaked: { scopes: ["admin"] } });
      const over = once(await revokingSlowly(path, "leaked"), "exit");
      change(path);
      await over;
      const { tokens: kept } = JSON.parse(readFileSync(path, "utf8")) as { tokens: { name: string }[] };
      expect(kept.map(({ name }) => name)).toEqual(left);
    },
  );

  test.each([
    ["evil.example", 421],
    ["127.0.0.1.evil.example:80", 421],
    ["localhost.", 200],
    ["LOCALHOST:1", 200],
    ["[::1]:9", 200],
    ["jobs.example.org:443", 200],
    ["", 421],
  ])("a request to the host %j is answered %i", async (host, status) => {
    const { get, post } = await served(undefined, { allowHosts: ["Jobs.Example.org"] });
    for (const way of ["/v1", "/health", "/docs", "/openapi.json"]) {
      const answer = way.startsWith("/v1") || way === "/health" ? await get(way, { host }) : undefined;
      if (answer !== undefined) expect([way, answer.status]).toEqual([way, status]);
    }
    expect((await post("/v1/jobs", { task: "t" }, { host })).status).toBe(status === 200 ? 201 : status);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://127.0.0.1:1" }, 403],
    [{ "sec-fetch-site": "same-origin", origin: "http://evil.example" }, 403],
    [{ "sec-fetch-site": "none" }, 201],
    [{ "sec-fetch-site": "same-origin", origin: "http://localhost:7" }, 201],
    [{ "content-type": "text/plain" }, 415],
    [{ "content-type": "application/x-www-form-urlencoded" }, 415],
    [{ "content-type": "multipart/form-data" }, 415],
    [{ "content-type": "text/plain; application/json" }, 415],
    [{ "content-type": "" }, 415],
    [{ "content-type": "application/json; charset=utf-8" }, 201],
    [{ "content-type": "application/json; charset=latin1" }, 415],
  ])("a change with %j is answered %i", async (headers, status) => {
    const { post } = await served();
    expect((await post("/v1/jobs", { task: "t" }, { host: "localhost:7", ...headers })).status).toBe(status);
    if (status !== 201)
      expect((await post("/v1/queues/q/drain", {}, { host: "localhost:7", ...headers })).status).toBe(status);
  });

  test("no other site is told that it may ask", async () => {
    const { gateway, url } = await served();
    const asked = await gateway.fetch(
      new Request(`${url}/v1/jobs`, {
        method: "OPTIONS",
        headers: { origin: "https://x.example", "access-control-request-method": "POST" },
      }),
    );
    expect(asked.status).toBe(405);
    expect([...asked.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("a read-only gateway reads, and changes nothing", async () => {
    const { app, get, post } = await served(undefined, { readOnly: true });
    const { id } = await app.client().send("t");
    for (const way of ["/v1/jobs", `/v1/jobs/${id}/cancel`, "/v1/queues/default/drain", "/v1/dead/purge"]) {
      expect([way, (await post(way, { task: "t", all: true })).status]).toEqual([way, 403]);
    }
    expect((await get(`/v1/jobs/${id}`)).body.state).toBe("queued");
    expect((await post("/v1/jobs/read", { ids: [id] })).status).toBe(200);
  });
});

describe("how much", () => {
  test("a token may make so many requests, is told when to come again, and takes nothing from another", async () => {
    const { path, as } = tokens({ greedy: { scopes: ["read"] }, other: { scopes: ["read"] } });
    const { get } = await served(undefined, { tokens: path, rateLimit: 1 });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => get("/v1", as.greedy)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused[0]?.body.code).toBe("ERR_RATE_LIMIT");
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await get("/v1", as.other)).status).toBe(200);
  });

  test.each(STORES)("a queue that is full on $name is answered 429, others are not", async ({ store }) => {
    const { post } = await served(store(), { maxBacklog: 10 });
    const jobs = Array.from({ length: 10 }, () => ({ task: "t", queue: "full" }));
    expect((await post("/v1/jobs", { jobs })).status).toBe(201);
    const refused = await post("/v1/jobs", { task: "t", queue: "full" });
    expect([refused.status, refused.body.code, refused.body.retryable]).toEqual([429, "ERR_QUEUE_FULL", true]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await post("/v1/jobs", { task: "t" })).status).toBe(201);
    expect((await post("/v1/queues/full/drain")).body.cancelled).toBe(10);
    await until(async () => (await post("/v1/jobs", { task: "t", queue: "full" })).status === 201, 15_000);
  });

  test("jobs that were refused, or there already, fill no queue", async () => {
    const { post } = await served(undefined, { maxBacklog: 2 });
    const send = async (more: object): Promise<number> =>
      (await post("/v1/jobs", { task: "t", id: "a", ...more })).status;
    const wrong = [{ priority: 77 }, { task: "" }, { retries: -1 }];
    for (const each of wrong) expect([each, await send(each)]).toEqual([each, 422]);
    expect([await send({}), await send({}), await send({}), await send({ id: "b" })]).toEqual([201, 200, 200, 201]);
    expect(await send({ id: "c" })).toBe(429);
  });

  test("what waits already when the gateway starts counts too", async () => {
    const store = `memory:full-${process.pid}`;
    const before = new Millrace({ logger: SILENT, store });
    onTestFinished(() => before.close());
    await before.client().sendMany(
      "t",
      Array.from({ length: 20 }, () => []),
    );
    const { post } = await served(store, { maxBacklog: 10 });
    expect((await post("/v1/jobs", { task: "t" })).status).toBe(429);
  });

  test("no more streams and waits than allowed", async () => {
    const { post, get, url } = await served(undefined, { maxStreams: 1 });
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    const stop = new AbortController();
    const stream = await fetch(`${url}/v1/jobs/${id}/events`, { signal: stop.signal });
    expect(stream.status).toBe(200);
    expect((await get(`/v1/jobs/${id}?wait=1s`)).status).toBe(429);
    stop.abort();
    await until(async () => (await get(`/v1/jobs/${id}?wait=1ms`)).status === 200);
    for (let time = 0; time < 3; time += 1) {
      expect((await fetch(`${url}/v1/jobs/${id}/events`, { method: "HEAD" })).status).toBe(200);
    }
    await until(async () => (await get(`/v1/jobs/${id}?wait=1ms`)).status === 200);
  });
});

describe("what is told", () => {
  test("every request for a change is told to the audit log, refused ones too, and never an argument", async () => {
    const entries: AuditEntry[] = [];
    const { path, as } = tokens({ shop: { scopes: ["send"] } });
    const { get, post } = await served(undefined, { tokens: path, audit: (entry) => void entries.push(entry) });
    const { id } = (await post("/v1/jobs", { task: "t", args: ["secret"], queue: "q" }, as.shop)).body;
    await post("/v1/queues/q/pause", {}, as.shop);
    await post("/v1/jobs", { task: "t" });
    await get(`/v1/jobs/${id}`, as.shop);
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(entries).toEqual([
      { at, caller: "shop", action: "POST /v1/jobs", status: 201, queue: "q", count: 1, ids: [id] },
      { at, caller: "shop", action: "POST /v1/queues/{queue}/pause", status: 403 },
      { at, action: "POST /v1/jobs", status: 401 },
    ]);
    expect(JSON.stringify(entries)).not.toContain("secret");
  });

  test("of a request that is refused for one of its jobs, the audit has the others, which were accepted", async () => {
    const entries: AuditEntry[] = [];
    const { path, as } = tokens({ shop: { scopes: ["send"], queues: ["own"] }, boss: { scopes: ["send"] } });
    const { post } = await served(undefined, { tokens: path, audit: (entry) => void entries.push(entry) });
    await post("/v1/jobs", { task: "t", id: "theirs", queue: "other" }, as.boss);
    const jobs = ["mine", "theirs"].map((id) => ({ task: "t", id, queue: "own" }));
    expect((await post("/v1/jobs", { jobs }, as.shop)).status).toBe(403);
    expect(entries.at(-1)).toMatchObject({ status: 403, queue: "own", count: 2, ids: ["mine", "theirs"] });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ])("an audit that %s is logged, and what was done is answered", async (_how, audit) => {
    const logged: string[] = [];
    const logger = { ...SILENT, error: (message: string) => void logged.push(message) };
    const { post } = await served(undefined, { audit }, { logger });
    expect((await post("/v1/jobs", { task: "t" })).status).toBe(201);
    expect((await post("/v1/jobs", { task: "" })).status).toBe(422);
    expect(logged).toEqual(["the audit failed", "the audit failed"]);
  });

  test("stacks of a job's error are for those with the scope admin", async () => {
    const { path, as } = tokens({ reader: { scopes: ["read"] }, admin: { scopes: ["admin"] } });
    const { app, get } = await served(undefined, { tokens: path });
    const fail = task("t", () => Promise.reject(new Error("no", { cause: new Error("why") })), { retries: 0 });
    await app.worker({ tasks: [fail] }).start();
    const job = await app.client().send(fail);
    await job.wait();
    expect(JSON.stringify((await get(`/v1/jobs/${job.id}`, as.reader)).body)).not.toMatch(/"stack"|\.ts:/);
    expect((await get(`/v1/jobs/${job.id}`, as.admin)).body.error.stack).toMatch(/Error: no/);
  });

  test("what goes wrong inside stays inside", async () => {
    const logged: string[] = [];
    const logger = {
      ...SILENT,
      error: (message: string, fields: object = {}) => void logged.push(message + JSON.stringify(fields)),
    };
    const path = folder();
    const { app, get } = await served(`sqlite:${join(path, "jobs.db")}`, {}, { logger, sendTimeout: 100 });
    Object.assign(app.client(), { queues: () => Promise.reject(new Error(`cannot read ${path}`)) });
    const { status, body } = await get("/v1/queues");
    expect([status, body.code]).toEqual([500, "ERR_UNEXPECTED"]);
    expect(JSON.stringify(body)).not.toContain(path);
    expect(logged.join()).toContain(path);
  });
});
