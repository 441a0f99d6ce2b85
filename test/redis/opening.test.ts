import { describe, expect, test } from "vitest";
import { ConfigurationError, MillraceError, ServerVersionError, StoreUnavailableError, task } from "../../src/index.ts";
import { FaultProxy, RedisServer, ReplyError, RespServer, lacking } from "../servers/index.ts";
import { appOn, listening, rejection } from "./apps.ts";

const add = task("add", (a: number, b: number) => a + b);

/** Sends a job at this URL and runs it. */
async function sum(url: string): Promise<number> {
  await using app = appOn(url);
  await app.worker({ tasks: [add] }).start();
  const job = await app.client().send(add, 20, 22);
  return await job.result({ timeout: "15s" });
}

/** What becomes of a send at this URL, in a few seconds at the most. */
async function refusal(url: string): Promise<MillraceError> {
  await using app = appOn(url, { sendTimeout: "5s" });
  const error = await rejection(app.client().send(add, 1, 2));
  expect(error).toBeInstanceOf(MillraceError);
  return error as MillraceError;
}

describe.skipIf(await lacking("redis")).concurrent("opening a Redis store", () => {
  test("with a password, of the default user or another, and by a unix socket", async () => {
    await using server = await RedisServer.start({ password: "p@ss:w/rd %" });
    await server.command("ACL", "SETUSER", "miller", "on", ">gr:nd@", "~*", "&*", "+@all");
    expect(await sum(server.url)).toBe(42);
    expect(await sum(`redis://miller:${encodeURIComponent("gr:nd@")}@127.0.0.1:${server.port}/3`)).toBe(42);
    await server.command("CONFIG", "SET", "requirepass", "");
    expect(await sum(`unix:${server.socketFile}`)).toBe(42);
  });

  test("a database of its own number holds what another does not", async () => {
    await using server = await RedisServer.start();
    await using one = appOn(`${server.url}/1`);
    await using other = appOn(`${server.url}/2`);
    const job = await one.client().send(add, 1, 2);
    expect(await other.client().get(job.id)).toBeUndefined();
    expect((await one.client().get(job.id))?.state).toBe("queued");
    expect((await server.info())["db0"]).toBeUndefined();
  });

  test("a user with the rights that the documents name, and no others, can do everything", async () => {
    await using server = await RedisServer.start();
    await server.command(
      ...["ACL", "SETUSER", "jobs", "on", ">pw", "~*millrace*", "&*millrace*", "-@all"],
      ...["+@read", "+@write", "+@scripting", "+@pubsub", "+@connection", "-@dangerous", "+info", "+time"],
    );
    expect(await sum(`redis://jobs:pw@127.0.0.1:${server.port}`)).toBe(42);
  });

  test("TLS: a certificate is verified, against the authority of `ca` and for the host that was asked", async () => {
    await using server = await RedisServer.start({ tls: ["localhost", "127.0.0.1"], password: "hush" });
    expect(await sum(`${server.url}?ca=${server.authorityFile}`)).toBe(42);
    const unknown = await refusal(server.url);
    expect(unknown.message).toMatch(/certificate/);
    await using elsewhere = await RedisServer.start({ tls: ["redis.example"] });
    const other = await refusal(`${elsewhere.url}?ca=${elsewhere.authorityFile}`);
    expect(other.message).toMatch(/altnames|certificate/);
    const plain = await refusal(`redis://127.0.0.1:${server.port}`);
    expect(plain.retryable).toBe(true);
  });

  test.each([
    ["a wrong password", "redis://:wr0ng@", ConfigurationError],
    ["no password", "redis://", ConfigurationError],
    ["an unknown user", "redis://nobody:wr0ng@", ConfigurationError],
    ["a database that there is not", "redis://:r1ght@", ConfigurationError],
  ])("%s is refused at once, and the message holds no password", async (name, url, expected) => {
    await using server = await RedisServer.start({ password: "r1ght" });
    const database = name.startsWith("a database") ? "/99" : "";
    const error = await refusal(`${url}127.0.0.1:${server.port}${database}`);
    expect(error).toBeInstanceOf(expected);
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
    expect(`${error.message} ${JSON.stringify(error.details)} ${String(error.cause)}`).not.toMatch(/wr0ng|r1ght/);
  });

  test("a Redis that is too old is refused, with what is needed", async () => {
    await using old = await RespServer.start(([name]) => {
      if (name?.toUpperCase() === "INFO") return "# Server\r\nredis_version:6.2.14\r\nrole:master\r\n";
      return name?.toUpperCase() === "EVALSHA" ? new ReplyError("NOSCRIPT No matching script") : "OK";
    });
    const error = await refusal(`redis://127.0.0.1:${old.port}`);
    expect(error).toBeInstanceOf(ServerVersionError);
    expect(error.message).toMatch(/6\.2\.14.*7\.0/);
  });

  test("what is no Redis at all is an error that says so, in time", async () => {
    await using web = await RespServer.raw((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
    });
    await using mute = await RespServer.raw(() => undefined);
    for (const { port } of [web, mute]) {
      await using app = appOn(`redis://127.0.0.1:${port}?answerLimit=500ms`, { sendTimeout: "3s" });
      const error = (await rejection(app.client().send(add, 1, 2))) as Error;
      expect(error).toBeInstanceOf(MillraceError);
      expect(error.message).toContain(`127.0.0.1:${port}`);
    }
  });

  test("nobody at the port: an error that may pass, and the app is whole once somebody is there", async () => {
    await using server = await RedisServer.start();
    await using proxy = await FaultProxy.start(server.port);
    await proxy.refuse();
    await using app = appOn(`redis://127.0.0.1:${proxy.port}`, { sendTimeout: "3s" });
    const error = await rejection(app.client().send(add, 1, 2));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    await proxy.listen();
    expect((await app.client().send(add, 1, 2)).id).toBeTypeOf("string");
  });

  test("a key of another type where ours should be is an error that says so, and nothing is overwritten", async () => {
    await using server = await RedisServer.start();
    await using first = appOn(server.url);
    await first.client().send(add, 1, 2);
    await first.close();
    const keys = (await server.command("KEYS", "*")) as readonly string[];
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) {
      const kind = await server.command("TYPE", key);
      await server.command("DEL", key);
      await server.command(...(kind === "set" ? ["HSET", key, "foreign", "1"] : ["SADD", key, "foreign"]));
    }
    await using app = appOn(server.url, { sendTimeout: "1s" });
    const error = (await rejection(app.client().send(add, 1, 2))) as MillraceError;
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/namespace/);
  });

  test("warns of a server that evicts, and of one that keeps nothing; of a good one it says nothing", async () => {
    await using server = await RedisServer.start({ appendfsync: "always" });
    const first = listening();
    await using good = appOn(server.url, { logger: first.logger });
    await good.client().queues();
    expect(first.warnings).toEqual([]);
    await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    await server.command("CONFIG", "SET", "appendonly", "no");
    const second = listening();
    await using bad = appOn(server.url, { logger: second.logger });
    await bad.client().queues();
    expect(second.warnings.join("\n")).toMatch(/maxmemory-policy.*noeviction/);
    expect(second.warnings.join("\n")).toMatch(/appendonly/);
  });

  test.each(["a:b", "{a}", "a b", "", "A", "x".repeat(41)])("the namespace %j is refused", (namespace) => {
    expect(() => appOn("redis://127.0.0.1:1", { namespace })).toThrow(ConfigurationError);
  });

  test.each([
    "redis://host1,host2",
    "redis://host:99999",
    "redis://host/x",
    "redis://host/1/2",
    "redis://%@host",
    "redis://host?partition=3",
    "redis://host?partitions=0",
    "redis://host?blockedLimit=never",
    "redis+sentinel://host",
    "redis+cluster://host/1",
    "rediss://host?ca=/no/such/file",
    "unix:",
  ])("%s is refused", async (url) => {
    const error = await refusal(url);
    expect(error.retryable).toBe(false);
    expect(error.message.length).toBeGreaterThan(20);
  });
});
