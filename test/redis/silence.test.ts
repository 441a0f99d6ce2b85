import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, test } from "vitest";
import { Connection } from "../../src/drivers/redis/connection.ts";
import { readScripts } from "../../src/drivers/redis/scripts.ts";
import { type Settings, clientLike, clientOf } from "../../src/drivers/redis/settings.ts";
import { StoreUnavailableError } from "../../src/index.ts";
import { FaultProxy, RedisServer, RespServer, lacking } from "../servers/index.ts";
import { rejection } from "./apps.ts";

const LIMIT_MS = 600;

/** A connection to a server, open until the test ends. */
class Line implements AsyncDisposable {
  /** How often it was ended. */
  ends = 0;
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.client.on("close", () => {
      this.ends += 1;
    });
  }

  static async to(wish: Partial<Settings>, own?: Redis): Promise<Line> {
    const place = "redis://there";
    const plain = { kind: "single", place, namespace: "n", nodes: [], options: {}, answerLimitMs: LIMIT_MS } as const;
    const settings = { ...plain, ...wish };
    const parts = await (own === undefined ? clientOf(settings, "jobs") : clientLike(own, settings, "jobs"));
    const line = new Line(new Connection(parts, readScripts(), place));
    await line.#connection.open(LIMIT_MS);
    return line;
  }

  /** Asks for an answer that comes after `ms`. */
  ask(ms = 0): Promise<unknown> {
    const { client } = this.#connection;
    return this.#connection.ask<unknown>(() => (ms === 0 ? client.ping() : client.blpop("nothing", ms / 1_000)));
  }

  async isWell(): Promise<boolean> {
    return this.ask().then(
      () => true,
      () => false,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.client.disconnect();
  }
}

describe.skipIf(await lacking("redis")).concurrent("a connection on which nothing is heard", () => {
  test.for(["its own", "like the user's"])(
    "client %s: a call under way fails within the limit, later ones at once, and all is well when the server wakes",
    async (whose, { expect }) => {
      await using server = await RedisServer.start();
      const { port } = server;
      const own = whose === "its own" ? undefined : new Redis({ port, socketTimeout: 60_000, lazyConnect: true });
      await using line = await Line.to({ options: { port } }, own);
      expect(await line.isWell()).toBe(true);
      // Nobody looks any more, until the next question.
      await sleep(LIMIT_MS);
      server.signal("SIGSTOP");
      const askedAt = performance.now();
      expect(await rejection(line.ask())).toBeInstanceOf(StoreUnavailableError);
      const tookMs = performance.now() - askedAt;
      expect(tookMs).toBeGreaterThan(0.9 * LIMIT_MS);
      expect(tookMs).toBeLessThan(3 * LIMIT_MS);
      const later = (await rejection(line.ask())) as Error;
      expect(later).toBeInstanceOf(StoreUnavailableError);
      expect(later.message).toMatch(/nothing was heard/);
      server.signal("SIGCONT");
      await expect.poll(() => line.isWell(), { timeout: 10_000 }).toBe(true);
    },
  );

  test("a server that takes connections and greets nobody is left, and tried again and again", async ({ expect }) => {
    await using server = await RedisServer.start({ password: "hush" });
    await using proxy = await FaultProxy.start(server.port);
    await using line = await Line.to({ options: { port: proxy.port, password: "hush", db: 1 } });
    proxy.silence();
    proxy.reset();
    await expect.poll(() => proxy.connections, { timeout: 15_000 }).toBeGreaterThan(3);
    proxy.speak();
    await expect.poll(() => line.isWell(), { timeout: 10_000 }).toBe(true);
  });

  test("a sentinel that takes connections and says nothing is left, and tried again and again", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using way = await FaultProxy.start(server.port);
    await using sentinel = await RespServer.start(([, question]) => {
      if (question === "sentinels") return [];
      return question === "get-master-addr-by-name" ? ["127.0.0.1", String(way.port)] : "OK";
    });
    await using proxy = await FaultProxy.start(sentinel.port);
    const nodes = [{ host: "127.0.0.1", port: proxy.port }];
    await using line = await Line.to({ kind: "sentinel", nodes, options: { name: "mine" } });
    proxy.silence();
    way.reset();
    await expect.poll(() => proxy.connections, { timeout: 15_000 }).toBeGreaterThan(3);
    proxy.speak();
    await expect.poll(() => line.isWell(), { timeout: 10_000 }).toBe(true);
  });

  test("a server that says that it is loading is asked again on the same connection", async ({ expect }) => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await using line = await Line.to({ options: { port: proxy.port } });
    proxy.rule = ([name]) => (name?.toUpperCase() === "INFO" ? { answer: "$9\r\nloading:1\r\n" } : undefined);
    proxy.reset();
    await expect.poll(() => proxy.faults, { timeout: 10_000 }).toBeGreaterThan(6);
    expect(proxy.connections).toBe(2);
    proxy.rule = undefined;
    await expect.poll(() => line.isWell(), { timeout: 10_000 }).toBe(true);
  });

  test.for(["TCP", "TLS", "a socket file"])(
    "over %s, neither slow answers nor long quiet end it",
    async (how, { expect }) => {
      await using server = await RedisServer.start(how === "TLS" ? { tls: ["127.0.0.1"] } : {});
      const { port, socketFile } = server;
      const options =
        how === "TCP" ? { port } : how === "TLS" ? { port, tls: { rejectUnauthorized: false } } : undefined;
      await using line = await Line.to({ options: options ?? { path: socketFile } });
      for (let at = 0; at < 6; at += 1) await line.ask(LIMIT_MS / 2);
      await sleep(3 * LIMIT_MS);
      expect(await line.isWell()).toBe(true);
      expect(line.ends).toBe(0);
    },
  );
});
