import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { Millrace, task } from "../../src/index.ts";
import { nap, until } from "../features/settings.ts";
import { RawConnection, rawStatus } from "./raw-requests.ts";
import { events, served } from "./served.ts";

const JSON_TYPE = { "content-type": "application/json" };

describe("bodies", () => {
  test.each([
    ["at the limit", 2_048, 201],
    ["one byte above", 2_049, 413],
    ["far above", 1_000_000, 413],
  ])("%s: %i bytes are answered %i, announced or in chunks", async (_what, size, status) => {
    const { url } = await served(undefined, { maxBodyBytes: 2_048 });
    const frame = '{"task":"t","args":[""]}';
    const body = frame.replace('""', `"${"x".repeat(size - frame.length)}"`);
    expect((await fetch(`${url}/v1/jobs`, { method: "POST", headers: JSON_TYPE, body })).status).toBe(status);
    const chunks = new Blob([body]).stream();
    const chunked = { method: "POST", headers: JSON_TYPE, body: chunks, duplex: "half" };
    const answer = await fetch(`${url}/v1/jobs`, chunked as RequestInit).catch(() => undefined);
    // Refused in the middle of its body, a client may see the connection end first.
    if (status === 201) expect(answer?.status).toBe(201);
    else expect([413, undefined]).toContain(answer?.status);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test("an announced length is not waited for when it is too large", async () => {
    const { url } = await served(undefined, { maxBodyBytes: 2_048 });
    const connection = new RawConnection(url);
    connection.write(
      "POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 999999999\r\n\r\n{",
    );
    expect(await until(() => connection.received.startsWith("HTTP/1.1 413"))).toBe(true);
  });

  test.each([
    ["gzip", (bytes: Uint8Array) => gzipSync(bytes, { level: 1 })],
    ["deflate", (bytes: Uint8Array) => deflateSync(bytes, { level: 1 })],
    ["br", (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])("a body packed with %s is read; a bomb is refused before it is unpacked", async (encoding, pack) => {
    const { url } = await served();
    const send = async (bytes: Uint8Array): Promise<number> =>
      (
        await fetch(`${url}/v1/jobs`, {
          method: "POST",
          headers: { ...JSON_TYPE, "content-encoding": encoding },
          body: Buffer.from(bytes),
        })
      ).status;
    expect(await send(pack(Buffer.from('{"task":"t","args":["packed"]}')))).toBe(201);
    const bomb = pack(Buffer.alloc(100 * 1_024 * 1_024, 0x20));
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.memoryUsage().rss;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(bomb)));
    expect(new Set(answers)).toEqual(new Set([413]));
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_024 * 1_024);
    expect(await send(Buffer.from("not packed"))).toBe(400);
    expect(await send(pack(Buffer.from("x")).subarray(0, 5))).toBe(400);
  });

  test.each(["gzip, gzip", "zstd", "x"])("content encoding %j is refused", async (encoding) => {
    const { post } = await served();
    expect((await post("/v1/jobs", { task: "t" }, { "content-encoding": encoding })).status).toBe(415);
  });

  test.each([
    ["deep arrays", "[".repeat(100_000), 413],
    ["deep objects", '{"a":'.repeat(100_000), 413],
    ["many values", `[${"0,".repeat(1_000_001)}0]`, 413],
    ["a number of 10,000 digits", `{"task":"t","args":[${"7".repeat(10_000)}]}`, 201],
    ["a number of millions of digits", `{"task":"t","args":[${"7".repeat(8_000_000)}]}`, 413],
    ["one in the form of a bigint", `{"task":"t","args":[{"$bigint":"${"7".repeat(8_000_000)}"}]}`, 413],
    ["503 levels", `{"task":"t","args":[${"[".repeat(502)}${"]".repeat(502)}]}`, 422],
    ["500 levels", `{"task":"t","args":[${"[".repeat(499)}${"]".repeat(499)}]}`, 201],
    ["a string that never ends", '"'.padEnd(10_000, "x"), 400],
    ["a string that ends in a back slash", '"\\', 400],
    ["nothing", "", 400],
    ["null", "null", 400],
    ["a number", "7", 400],
    ["a list", "[]", 400],
    ["half a document", '{"task":"t"', 400],
    ["two documents", '{"task":"t"}{"task":"t"}', 400],
    ["a comment", '{"task":"t"/**/}', 400],
    ["NaN", '{"task":"t","args":[NaN]}', 400],
    ["another prototype", '{"task":"t","__proto__":{"queue":"x"}}', 400],
    ["a constructor", '{"task":"t","constructor":{"prototype":{}}}', 400],
    ["a name that is none", '{"task":"../../etc/passwd"}', 422],
    ["an id of a follow-up job", '{"task":"t","id":"a:end"}', 422],
    ["a byte order mark", '\ufeff{"task":"t"}', 201],
  ])("%s is answered as it should be", async (_what, body, status) => {
    const { post } = await served();
    expect((await post("/v1/jobs", body)).status).toBe(status);
  });

  test("bytes that are no UTF-8 are refused, and not replaced", async () => {
    const { url } = await served();
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]]) {
      const body = Buffer.concat([Buffer.from('{"task":"t","args":["'), Buffer.from(bytes), Buffer.from('"]}')]);
      expect((await fetch(`${url}/v1/jobs`, { method: "POST", headers: JSON_TYPE, body })).status).toBe(400);
    }
  });

  test("arguments named like parts of an object are carried, and reach none", async () => {
    const { app, post } = await served();
    const { body } = await post(
      "/v1/jobs",
      '{"task":"t","args":[{"__proto__":{"x":1},"constructor":2}],"meta":{"__proto__":3}}',
    );
    const record = await app.client().get(body.id);
    expect(Object.entries(record?.args[0] as object)).toEqual([
      ["__proto__", { x: 1 }],
      ["constructor", 2],
    ]);
    expect(Object.keys(record?.meta ?? {})).toEqual(["__proto__"]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("answers", () => {
  test("a page of large jobs ends early, and the cursor goes on; many large jobs by id are refused", async () => {
    const { app, get, post } = await served();
    const large = "x".repeat(1_000_000);
    const jobs = await app.client().sendMany(
      "t",
      Array.from({ length: 70 }, (_, n) => [n, large]),
    );
    const ids = jobs.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | undefined = "";
    let pages = 0;
    while (cursor !== undefined) {
      const { body } = await get(`/v1/jobs?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...body.jobs.map(({ id }) => id));
      cursor = body.cursor;
      pages += 1;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(pages).toBeGreaterThanOrEqual(2);
    expect((await post("/v1/jobs/read", { ids })).status).toBe(413);
    expect((await post("/v1/jobs/read", { ids: ids.slice(0, 5) })).body.jobs).toHaveLength(5);
    const client = new Millrace({ store: (await app.gateway({ address: "127.0.0.1:0" })).url });
    onTestFinished(() => client.close());
    expect((await client.client().getMany(ids)).map((record) => record?.id)).toEqual(ids);
  });

  test("a wait for many large results keeps no more of them than one answer, and tells of all", async () => {
    const { app, post } = await served();
    const large = "x".repeat(900_000);
    await app.worker({ tasks: [task("large", () => large)], queues: { default: 10 } }).start();
    const jobs = await app.client().sendMany(
      "large",
      Array.from({ length: 40 }, () => []),
    );
    await Promise.all(jobs.map((job) => job.wait()));
    let waiting: readonly string[] = jobs.map(({ id }) => id);
    let answers = 0;
    while (waiting.length > 0) {
      const { body } = await post("/v1/jobs/wait", { ids: waiting });
      expect(JSON.stringify(body).length).toBeLessThan(16_000_000);
      waiting = body.waiting;
      answers += 1;
    }
    expect(answers).toBeGreaterThan(2);
  });
});

describe("connections", () => {
  test.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["another protocol", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
    ["a header without a name", "GET / HTTP/1.1\r\nhost: localhost\r\n: x\r\n\r\n"],
    ["two lengths", "POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"],
    [
      "a length and chunks",
      "POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["no host", "GET /v1 HTTP/1.1\r\n\r\n"],
    ["huge headers", `GET /v1 HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(100_000)}\r\n\r\n`],
    ["a huge path", `GET /${"y".repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    ["a path with a null", "GET /v1/jobs/%00 HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["a path that cannot be decoded", "GET /v1/jobs/%E0%A4%A HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["a path that climbs", "GET /docs/../../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["another server's URL", "GET http://evil.example/v1 HTTP/1.1\r\nhost: evil.example\r\n\r\n"],
    ["an unknown method", "BREW /v1/jobs HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["CONNECT", "CONNECT localhost:1 HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["an upgrade", "GET /v1 HTTP/1.1\r\nhost: evil\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"],
    ["an expectation", "POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\nexpect: magic\r\ncontent-length: 0\r\n\r\n"],
  ])("%s is refused by a 4xx or by closing, and others are answered", async (_what, bytes) => {
    const { url } = await served();
    const status = await rawStatus(url, bytes);
    expect([String(status), status === 0 || (status >= 400 && status < 500)]).toEqual([String(status), true]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test.each([
    ["no HTTP", "hello\r\n\r\n", 400, "this is no HTTP request"],
    [
      "a chunk without its length",
      "POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      400,
      "this is no HTTP request",
    ],
    [
      "huge headers",
      `GET /v1 HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
      431,
      "the headers are larger than 16384 bytes",
    ],
  ])("%s is answered with a problem document, and the end of the connection", async (_what, bytes, status, detail) => {
    const { url } = await served();
    const connection = new RawConnection(url);
    connection.write(bytes);
    const text = await connection.ended;
    const [head = "", body = ""] = text.slice(text.lastIndexOf("HTTP/1.1")).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain("content-type: application/problem+json");
    expect(head).toContain("x-content-type-options: nosniff");
    expect(head).toContain("cache-control: no-store");
    expect(head).toContain(`content-length: ${body.length}`);
    expect(JSON.parse(body)).toMatchObject({ status, detail, code: "ERR_REQUEST_INVALID", retryable: false });
  });

  test("what is no request is answered after another's answer, and not in place or in the middle of one", async () => {
    const { url, post } = await served();
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    const ask = async (path: string, answered: boolean): Promise<string[]> => {
      const connection = new RawConnection(url);
      connection.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      if (answered) await until(() => connection.received.includes(id));
      else await nap(300);
      connection.write("hello\r\n\r\n");
      return [...(await connection.ended).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = ""]) => status);
    };
    expect(await ask(`/v1/jobs/${id}`, true)).toEqual(["200", "400"]);
    expect(await ask(`/v1/jobs/${id}/events`, true)).toEqual(["200"]);
    expect(await ask(`/v1/jobs/${id}?wait=20s`, false)).toEqual([]);
  });

  test("slow senders are cut off, and hold up nobody", { timeout: 60_000 }, async () => {
    const { url } = await served();
    const slow = Array.from({ length: 100 }, () => new RawConnection(url));
    for (const connection of slow) connection.write("POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\n");
    const drip = setInterval(() => {
      for (const connection of slow) connection.write("x: y\r\n");
    }, 500);
    try {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      const ends = await Promise.all(slow.map(({ ended }) => ended));
      const told = ends.filter((text) => text !== "");
      expect(told.every((text) => text.startsWith("HTTP/1.1 408") && text.includes('"status":408'))).toBe(true);
    } finally {
      clearInterval(drip);
    }
  });

  test("a reader that does not read costs no memory, and is told what counts when it does", async () => {
    const { app, url, post } = await served();
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    const idle = Array.from({ length: 200 }, () => new RawConnection(url));
    for (const { socket } of idle) {
      socket.pause();
      socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    }
    const reader = await fetch(`${url}/v1/jobs/${id}/events`);
    const names: string[] = [];
    const reading = (async () => {
      for await (const { name } of events(reader)) names.push(name);
    })();
    await app.client().cancel(id);
    await reading;
    expect(names.at(-1)).toBe("end");
    for (const { socket } of idle) socket.resume();
    await Promise.all(idle.map((connection) => until(() => connection.received.includes("event: end"), 15_000)));
  });
});

describe("closing", () => {
  test("ends streams and waits, answers what is under way, and takes nothing more", async () => {
    const { app, gateway, url, post } = await served();
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    const stream = await fetch(`${url}/v1/jobs/${id}/events`);
    const reading = (async () => {
      for await (const { name } of events(stream)) if (name === "end") return "end";
      return "over";
    })();
    const waits = [
      fetch(`${url}/v1/jobs/${id}?wait=60s`).then((answer) => answer.json()),
      fetch(`${url}/v1/jobs/wait`, {
        method: "POST",
        headers: JSON_TYPE,
        body: JSON.stringify({ ids: [id], timeout: "60s" }),
      }).then((answer) => answer.json()),
    ];
    await nap(300);
    await gateway.close();
    expect(await reading).toBe("over");
    expect(await Promise.all(waits)).toMatchObject([{ state: "queued" }, { jobs: [], waiting: [id] }]);
    await expect(fetch(`${url}/health`)).rejects.toThrow(/fetch failed/);
    expect((await app.client().get(id))?.state).toBe("queued");
    await gateway.close();
  });

  test("takes no longer for a client that keeps its connection and asks again", async () => {
    const { gateway, url, post } = await served();
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    const client = new RawConnection(url);
    const ask = (): void => client.write(`GET /v1/jobs/${id}?wait=60s HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    const kept = new RawConnection(url);
    kept.write(`GET /v1/jobs/${id}?wait=60s HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    client.socket.once("data", ask);
    ask();
    await nap(300);
    const started = performance.now();
    await gateway.close();
    // Below the time that requests under way are given.
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(await client.ended).toMatch(/"state":"queued"/);
    expect(await kept.ended).toMatch(/"state":"queued"/);
  });

  test("what comes too late to be told of the end is ended at once", async () => {
    const { gateway, url, get, post } = await served();
    const { id } = (await post("/v1/jobs", { task: "t" })).body;
    await gateway.close();
    const started = performance.now();
    expect((await get(`/v1/jobs/${id}?wait=60s`)).body.state).toBe("queued");
    expect((await post("/v1/jobs/wait", { ids: [id], timeout: "60s" })).body).toEqual({ jobs: [], waiting: [id] });
    const stream = await gateway.fetch(new Request(`${url}/v1/jobs/${id}/events`));
    expect(await stream.text()).not.toContain("event: end");
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("the app closes the gateways it opened", async () => {
    const app = new Millrace({ store: "memory:" });
    const { url } = await app.gateway({ address: "127.0.0.1:0" });
    await app.close();
    await expect(fetch(`${url}/health`)).rejects.toThrow(/fetch failed/);
    await expect(app.gateway()).rejects.toThrow(/closed/);
  });
});
