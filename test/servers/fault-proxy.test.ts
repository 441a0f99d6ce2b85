import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FaultProxy } from "./fault-proxy.ts";
import { ReplyError } from "./resp.ts";
import { RespConnection } from "./resp-connection.ts";
import { RespServer } from "./resp-server.ts";

let server: RespServer;
let proxy: FaultProxy;

beforeEach(async () => {
  let count = 0;
  server = await RespServer.start(([name, value]) => {
    if (name === "COUNT") return (count += 1);
    if (name === "ECHO") return value!;
    return new ReplyError("ERR unknown command");
  });
  proxy = await FaultProxy.start(server.port);
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const open = (): Promise<RespConnection> => RespConnection.open({ port: proxy.port });

/** Whether a promise is settled by now, after everything that is under way on this machine had its time. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const quiet = sleep(150, "quiet");
  return (await Promise.race([promise.catch(() => undefined), quiet])) !== "quiet";
}

test("without a fault, commands and replies pass as they are, pipelined and large", async () => {
  const connection = await open();
  const large = "ü".repeat(300_000);
  const replies = await Promise.all([
    connection.command("ECHO", "a"),
    connection.command("ECHO", large),
    connection.command("COUNT"),
    connection.command("ECHO", "b\r\nc"),
  ]);
  expect(replies).toEqual(["a", large, 1, "b\r\nc"]);
  expect(proxy).toMatchObject({ connections: 1, faults: 0 });
});

test("an answer in place of a reply comes in the order of the commands, and the server sees nothing", async () => {
  const connection = await open();
  proxy.rule = ([name]) => (name === "COUNT" ? { answer: "-READONLY no writes here\r\n" } : undefined);
  const [first, second, third] = await Promise.allSettled([
    connection.command("ECHO", "before"),
    connection.command("COUNT"),
    connection.command("ECHO", "after"),
  ]);
  expect(first).toMatchObject({ value: "before" });
  expect(second).toMatchObject({ reason: new ReplyError("READONLY no writes here") });
  expect(third).toMatchObject({ value: "after" });
  proxy.rule = undefined;
  expect(await connection.command("COUNT")).toBe(1);
  expect(proxy.faults).toBe(1);
});

test.each(["lose", "cut"] as const)("%s: the command is carried out, and the connection breaks", async (fault) => {
  const connection = await open();
  proxy.rule = ([name]) => (name === "COUNT" ? fault : undefined);
  await expect(connection.command("COUNT")).rejects.toThrow(/ECONNRESET|closed/);
  proxy.rule = undefined;
  expect(await (await open()).command("COUNT")).toBe(2);
});

test("reset: the connection breaks before the command", async () => {
  const connection = await open();
  proxy.rule = ([name]) => (name === "COUNT" ? "reset" : undefined);
  await expect(connection.command("COUNT")).rejects.toThrow(/ECONNRESET|closed/);
  proxy.rule = undefined;
  expect(await (await open()).command("COUNT")).toBe(1);
});

test("twice: the command is carried out twice and answered once", async () => {
  const connection = await open();
  proxy.rule = ([name]) => (name === "COUNT" ? "twice" : undefined);
  expect(await Promise.all([connection.command("COUNT"), connection.command("ECHO", "x")])).toEqual([1, "x"]);
  expect(await connection.command("COUNT")).toBe(3);
});

test("latency holds for each direction and keeps the order", async () => {
  const connection = await open();
  proxy.latencyMs = 60;
  const sentAt = performance.now();
  const slow = connection.command("ECHO", "slow").then((reply) => ({ reply, ms: performance.now() - sentAt }));
  expect(await slow).toMatchObject({ reply: "slow" });
  expect((await slow).ms).toBeGreaterThanOrEqual(119);
  const replies = [connection.command("COUNT")];
  await sleep(10);
  proxy.latencyMs = 0;
  replies.push(connection.command("COUNT"));
  expect(await Promise.all(replies)).toEqual([1, 2]);
});

test("silence answers nobody and breaks nothing; what was held back arrives afterwards", async () => {
  const connection = await open();
  expect(await connection.command("COUNT")).toBe(1);
  proxy.silence();
  const held = connection.command("COUNT");
  const late = open().then((other) => other.command("COUNT"));
  expect(await isSettled(Promise.race([held, late]))).toBe(false);
  proxy.speak();
  expect(new Set(await Promise.all([held, late]))).toEqual(new Set([2, 3]));
});

test("silence for listeners is for those that subscribed, and nobody else", async () => {
  await using pushing = await RespServer.start(([name]) => name ?? "");
  await using between = await FaultProxy.start(pushing.port);
  const [listener, asker] = [
    await RespConnection.open({ port: between.port }),
    await RespConnection.open({ port: between.port }),
  ];
  expect(await listener.command("SUBSCRIBE")).toBe("SUBSCRIBE");
  between.silence("listeners");
  const held = listener.command("PING");
  expect(await asker.command("PING")).toBe("PING");
  expect(await isSettled(held)).toBe(false);
  between.speak();
  expect(await held).toBe("PING");
});

test("who is refused hears of it at once, and is taken at the same port afterwards", async () => {
  const connection = await open();
  const { port } = proxy;
  await proxy.refuse();
  await expect(connection.command("COUNT")).rejects.toThrow(/ECONNRESET|closed/);
  await expect(open()).rejects.toThrow("ECONNREFUSED");
  await proxy.listen();
  expect(proxy.port).toBe(port);
  expect(await (await open()).command("COUNT")).toBe(1);
});

test("of the connections that are to break, each does, and the others live on", async () => {
  const draws = [0.9, 0.1, 0];
  proxy.resetShare = 0.5;
  proxy.random = () => draws.shift() ?? 0.9;
  const lucky = await open();
  await lucky.command("COUNT");
  const doomed = await open();
  await expect.poll(() => doomed.isOpen).toBe(false);
  expect(await lucky.command("COUNT")).toBe(2);
});

test("messages that are no replies pass", async () => {
  await using pushing = await RespServer.start(([name], write) => {
    if (name !== "SUBSCRIBE") return "OK";
    write(">2\r\n+pushed\r\n:1\r\n");
    return "subscribed";
  });
  await using between = await FaultProxy.start(pushing.port);
  const connection = await RespConnection.open({ port: between.port });
  const pushed: unknown[] = [];
  connection.onPush = (message) => pushed.push(message);
  expect(await connection.command("SET", "a", "b")).toBe("OK");
  expect(await connection.command("SUBSCRIBE", "c")).toBe("subscribed");
  expect(pushed).toEqual([["pushed", 1]]);
});

test("another protocol than the one of Redis passes as it is", async () => {
  await using echo = await RespServer.raw((socket) => socket.pipe(socket));
  await using between = await FaultProxy.start(echo.port);
  const socket = connect(between.port, "127.0.0.1");
  socket.write("\0\0\0\u0008hello");
  const [bytes] = (await once(socket, "data")) as [Buffer];
  expect(bytes.toString()).toBe("\0\0\0\u0008hello");
  socket.destroy();
});
