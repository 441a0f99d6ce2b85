import { connect } from "node:tls";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { PostgresServer } from "./postgres.ts";
import { RedisCluster } from "./redis-cluster.ts";
import { RedisSentinel } from "./redis-sentinel.ts";
import { RedisServer } from "./redis.ts";
import { lacking } from "./server-programs.ts";

describe.skipIf(await lacking("redis"))("more than a plain redis", () => {
  test("TLS: who trusts its authority is let in at its host's name, and nobody else", async () => {
    await using server = await RedisServer.start({ tls: ["localhost"] });
    expect(server.url).toBe(`rediss://127.0.0.1:${server.port}`);
    const ca = await readFile(server.authorityFile!, "utf8");
    const attempt = async (options: object): Promise<unknown> => {
      const socket = connect({ host: "127.0.0.1", port: server.port, ...options });
      try {
        await once(socket, "secureConnect");
        return "let in";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      } finally {
        socket.destroy();
      }
    };
    expect(await attempt({ ca, servername: "localhost" })).toBe("let in");
    expect(await attempt({ ca, servername: "other.example" })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await attempt({ servername: "localhost" })).toBe("SELF_SIGNED_CERT_IN_CHAIN");
  });

  test("cluster: all slots are served, and a slot moves to another node with its keys", async () => {
    await using cluster = await RedisCluster.start();
    expect(cluster.addresses).toHaveLength(3);
    const [first, , third] = cluster.nodes;
    const slot = Number(await first!.command("CLUSTER", "KEYSLOT", "a"));
    await third!.command("SET", "a", "1");
    await expect(first!.command("GET", "a")).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${third!.port}`);
    await cluster.moveSlot(slot, 2, 0);
    expect(await first!.command("GET", "a")).toBe("1");
    await expect(third!.command("GET", "a")).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${first!.port}`);
  });

  test("sentinel: when the master is killed, the replica takes its place, with what it had", async () => {
    await using group = await RedisSentinel.start({ password: "hush" });
    const master = await group.master();
    await master.command("SET", "a", "1");
    await master.command("WAIT", 1, 10_000);
    const next = await group.failOver();
    expect(next.port).not.toBe(master.port);
    expect(await next.command("GET", "a")).toBe("1");
    expect(await next.command("SET", "a", "2")).toBe("OK");
  });
});

describe.skipIf(await lacking("postgres"))("a PostgreSQL of the test's own", () => {
  test("answers, and answers again after a kill", async () => {
    await using server = await PostgresServer.start({ config: { fsync: "off" } });
    const { pid } = server;
    await server.kill();
    await server.start();
    expect(server.pid).not.toBe(pid);
    expect(server.url).toBe(`postgres://millrace@127.0.0.1:${server.port}/postgres`);
    expect(server.log).toContain("database system is ready to accept connections");
  });
});
