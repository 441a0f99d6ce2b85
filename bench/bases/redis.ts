import { RedisServer } from "../../test/servers/index.ts";
import type { Base, Meter } from "./base.ts";

/** Starts a Redis server without persistence: what its users run most, and what the peers are measured on. */
export async function startRedis(): Promise<Base> {
  const server = await RedisServer.start();
  return {
    address: { kind: "redis", url: server.url, pid: server.pid },
    about: `Redis ${server.version}, no persistence, loopback`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export async function redisMeter(url: string): Promise<Meter> {
  // Loaded here, so that what needs no server needs no installation.
  const { Redis } = await import("ioredis");
  const redis = new Redis(url);
  const field = async (section: string, name: string): Promise<number> =>
    Number(new RegExp(`^${name}:(\\d+)`, "m").exec(await redis.info(section))?.[1]);
  return {
    // Reads of its clients' sockets: what a script calls inside is not counted, what is sent at once counts as one.
    requests: () => field("stats", "total_reads_processed"),
    bytes: () => field("memory", "used_memory"),
    close: async () => redis.disconnect(),
  };
}
